/*
 * What one read from a BPF descriptor gives: records, each a header and a
 * frame, walked without a copy.  Where the fields are is data, so that the
 * layouts of all systems can be walked on each (tests).
 */
#ifndef BPF_RECORDS_H
#define BPF_RECORDS_H

#include <stdbool.h>
#include <stdint.h>

/* Numbers are in the order of the bytes of the host. */
struct bpf_layout {
	uint8_t seconds; /* bytes of the seconds, the first field: 4 or 8 */
	uint8_t micros, micros_at; /* bytes and offset of the microseconds */
	uint8_t caplen, datalen; /* offsets; 32 bits */
	uint8_t hdrlen; /* offset; 16 bits */
	uint8_t flags; /* offset; 8 bits; 0: there are none */
	uint8_t outbound; /* set in flags: it goes out */
	uint8_t align; /* of each record after the first */
};

struct bpf_records {
	const struct bpf_layout *layout;
	uint8_t *at;
	uint32_t left;
};

struct bpf_record {
	uint8_t *data; /* where the link-layer header begins */
	uint32_t caplen; /* bytes there */
	uint32_t datalen; /* bytes that the frame had; more: it was cut */
	uint64_t when_ns; /* since 1970 */
	bool outbound;
};

/*
 * 1: one more record; 0: there is none; -1: what follows makes no sense, and
 * there is none any more.
 */
int bpf_records_next(struct bpf_records *, struct bpf_record *);

#endif
