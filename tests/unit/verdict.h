/* SPDX-License-Identifier: ISC */
/* Runs a filter program.  libpcap 1.11 deprecates bpf_filter(). */
#ifndef VERDICT_H
#define VERDICT_H

#include <stddef.h>
#include <stdint.h>
#include <pcap.h>

/* What the program returns for this frame: 0 rejects it. */
static inline u_int
verdict(const struct bpf_program *program, const uint8_t *frame, size_t len)
{
	const struct pcap_pkthdr head = { .caplen = (uint32_t)len,
		.len = (uint32_t)len };

	return (u_int)pcap_offline_filter(program, &head, frame);
}

#endif
