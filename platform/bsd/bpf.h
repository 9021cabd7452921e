/* SPDX-License-Identifier: ISC */
/*
 * The data of bpf(4): filter programs for interfaces that put bytes in front of
 * a frame, and the records of one read.  No function here calls the kernel, so
 * tests can run them on every system.
 */
#ifndef BSD_BPF_H
#define BSD_BPF_H

#include <stdbool.h>
#include <stdint.h>

struct bpf_program;
struct bpf_insn;

/*
 * Writes the program that gives for a frame behind `head' more bytes the result
 * that `in' gives for the frame alone.  Returns how many instructions, at most
 * max; -1 errno (E2BIG: it would be too long).
 */
int bpf_program_shift(const struct bpf_program *in, unsigned head,
    struct bpf_insn *out, int max);

/*
 * The places of the fields in a record's header.  They are data, so each system
 * can read the records of all.  Numbers have the byte order of the host.
 */
struct bpf_layout {
	uint8_t seconds; /* bytes of the seconds, the first field: 4 or 8 */
	uint8_t micros, micros_at; /* bytes and offset of the microseconds */
	uint8_t caplen, datalen; /* offsets; 32 bits */
	uint8_t hdrlen; /* offset; 16 bits */
	uint8_t flags; /* offset; 8 bits; 0: there are none */
	uint8_t outbound; /* the bit of flags for a frame that goes out */
	uint8_t align; /* of each record after the first */
};

struct bpf_records {
	const struct bpf_layout *layout;
	uint8_t *at; /* the next record */
	uint32_t left; /* bytes from there on */
};

struct bpf_record {
	uint8_t *data; /* from the link-layer header on */
	uint32_t caplen; /* bytes in data */
	uint32_t datalen; /* bytes of the frame; above caplen: it was cut */
	uint64_t when_ns; /* since 1970 */
	bool outbound;
};

/*
 * Finds the next record, without a copy.  1; 0: there is none; -1: the rest is
 * malformed, and there are no more records.
 */
int bpf_records_next(struct bpf_records *, struct bpf_record *);

#endif
