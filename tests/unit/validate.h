/* SPDX-License-Identifier: ISC */
/*
 * bpf_validate() where libpcap has none: OpenBSD's is the kernel's alone
 * (sys/net/bpf_filter.c).  To be included behind <pcap.h>.
 */
#ifndef VALIDATE_H
#define VALIDATE_H

#ifdef __OpenBSD__
#undef bpf_validate
#define bpf_validate(insns, n) \
	((n) > 0 && BPF_CLASS((insns)[-1 + (n)].code) == BPF_RET)
#endif

#endif
