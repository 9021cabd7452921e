/* SPDX-License-Identifier: ISC */
/*
 * What bpf(4) takes and gives, as data: filter programs for interfaces that put
 * something in front of a frame, and the records of one read.  Nothing here
 * calls the kernel, so that tests run it on every system and machine.
 */
#ifndef BSD_BPF_H
#define BSD_BPF_H

#include <stdbool.h>
#include <stdint.h>

struct bpf_program;
struct bpf_insn;

/*
 * Writes the program that judges a frame behind `head` more bytes as `in`
 * judges the frame alone.  How many instructions, at most max; -1 errno (E2BIG:
 * it would be too long).
 */
int bpf_program_shift(const struct bpf_program *in, unsigned head,
    struct bpf_insn *out, int max);

/*
 * Where the fields of a record's header are: data, so that the layouts of all
 * systems can be walked on each.  Numbers have the byte order of the host.
 */
struct bpf_layout {
	uint8_t seconds; /* bytes of the seconds, the first field: 4 or 8 */
	uint8_t micros, micros_at; /* bytes and offset of the microseconds */
	uint8_t caplen, datalen; /* offsets; 32 bits */
	uint8_t hdrlen; /* offset; 16 bits */
	uint8_t flags; /* offset; 8 bits; 0: there are none */
	uint8_t outbound; /* the bit of flags that says: it goes out */
	uint8_t align; /* of each record after the first */
};

struct bpf_records {
	const struct bpf_layout *layout;
	uint8_t *at; /* what was read and is not walked yet */
	uint32_t left; /* bytes there */
};

struct bpf_record {
	uint8_t *data; /* where the link-layer header begins */
	uint32_t caplen; /* bytes there */
	uint32_t datalen; /* bytes that the frame had; more: it was cut */
	uint64_t when_ns; /* since 1970 */
	bool outbound;
};

/*
 * Walks to the next record, without a copy.  1: one more; 0: no more; -1: what
 * follows makes no sense, and no more records come.
 */
int bpf_records_next(struct bpf_records *, struct bpf_record *);

#endif
