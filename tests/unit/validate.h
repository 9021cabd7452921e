/* SPDX-License-Identifier: ISC */
/*
 * bpf_validate() for OpenBSD, whose libpcap has none: only the kernel has one
 * (sys/net/bpf_filter.c).  Include it after <pcap.h>.
 */
#ifndef VALIDATE_H
#define VALIDATE_H

#ifdef __OpenBSD__
#undef bpf_validate
#define bpf_validate(insns, n) \
	((n) > 0 && BPF_CLASS((insns)[-1 + (n)].code) == BPF_RET)
#endif

#endif
