/* SPDX-License-Identifier: ISC */
/*
 * Builds the BPF program that selects the frames to carry.
 */
#ifndef FILTER_H
#define FILTER_H

#include "filter/filter_pair.h"

struct bpf_program;

#define FILTER_INSNS 512 /* the BSDs' limit (BPF_MAXINSNS) */
#define FILTER_TEXT  1024 /* a -f expression, with its NUL */

struct filter_config {
	int linktype; /* LINK_ETHERNET or LINK_RAW */
	int npairs; /* 0: nothing is excluded */
	struct filter_pair pairs[FILTER_PAIRS];
	const char *user[2]; /* our -f and the peer's; NULL: none */
	void (*seal)(void); /* called before a text is compiled, or NULL */
	const char *ifname; /* compile -f for this live interface; NULL: for a
			       file, where VLAN tags are in the frame */
};

/*
 * Builds one program that returns (u_int)-1 for the frames to carry, 0 for
 * others; filter_free() releases it.  0; -1: why is filled, by libpcap or
 * because the program is longer than a kernel takes.
 */
int filter_build(const struct filter_config *, struct bpf_program *out,
    char *why, size_t size);
void filter_free(struct bpf_program *);

/*
 * Rewrites an expression so that it means the same on another machine: host
 * and network names become addresses, port and protocol names become numbers.
 * (A port number stands for every transport; a name stands only for those that
 * know it: a user who needs that must name the transport.)  Words of libpcap's
 * language and errors of syntax stay.  0; -1: why is filled; errno is EAGAIN if
 * no name server has answered, but one may later.
 */
struct filter_names {
	/* how many addresses; -1: no name server answers now */
	int (*host)(const char *name, struct addr *out, int max);
	int (*net)(const char *name, struct addr *out); /* 0, -1 */
	/* transport NULL: any; -1: unknown */
	int (*port)(const char *name, const char *transport);
	int (*proto)(const char *name); /* -1: unknown */
};
extern const struct filter_names filter_names_system; /* asks the system */
int filter_resolve(const struct filter_names *, const char *expr, char *out,
    size_t size, char *why, size_t whysize);

/*
 * Checks that a stranger's expression has no names and is plain ASCII.  0; -1:
 * why is filled.
 */
int filter_check_foreign(const char *expr, char *why, size_t whysize);

#endif
