/* SPDX-License-Identifier: ISC */
/*
 * Which frames are carried: one BPF program, joined from several.
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
	void (*seal)(void); /* called before the peer's is compiled, or NULL */
	const char *ifname; /* compile -f for this live interface; NULL:
			       in-frame tags, as for a file */
};

/*
 * Builds one program that returns (u_int)-1 for the frames to carry, 0 for
 * others.  0; -1: why is filled (in libpcap's words, or the program is longer
 * than a kernel takes).  filter_free() releases the program.
 */
int filter_build(const struct filter_config *, struct bpf_program *out,
    char *why, size_t size);
void filter_free(struct bpf_program *);

/*
 * The same in a child process with limited time and memory, for a text from
 * a stranger.  Blocks, 4 seconds at most.
 */
int filter_build_bounded(const struct filter_config *, struct bpf_program *out,
    char *why, size_t size);

/*
 * Rewrites an expression so that it means the same on another machine: host
 * and network names become addresses, port and protocol names numbers.  (A
 * number of a port stands for every transport, a name only for those that
 * know it: name the transport where that matters.)  Words of libpcap's language
 * stay, faults of syntax too.  0; -1: why; errno is EAGAIN if no name server
 * has answered, and may later.
 */
struct filter_names {
	/* number; -1: not known at present */
	int (*host)(const char *name, struct addr *out, int max);
	int (*net)(const char *name, struct addr *out); /* 0, -1 */
	/* transport: NULL for any; -1: unknown */
	int (*port)(const char *name, const char *transport);
	int (*proto)(const char *name); /* -1: unknown */
};
extern const struct filter_names filter_names_system; /* as the system says */
int filter_resolve(const struct filter_names *, const char *expr, char *out,
    size_t size, char *why, size_t whysize);

/*
 * Whether a stranger's expression has no names in it, and is plain ASCII.  0;
 * -1: why.
 */
int filter_check_foreign(const char *expr, char *why, size_t whysize);

#endif
