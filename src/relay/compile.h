/* SPDX-License-Identifier: ISC */
/* A filter while a child of the helper compiles it. */
#ifndef COMPILE_H
#define COMPILE_H

#include "filter/filter_child.h"
#include "privilege/helper.h"

struct compile {
	int fd; /* readable when there is more to read; -1: none is compiled */
	size_t got;
	struct filter_answer answer;
};

/* Begins.  0; -1: errno, and helper_failed(). */
int compile_begin(struct compile *, const struct helper_filter *);
/*
 * Reads what is there.  1: the answer has the program, or says why not; 0: not
 * yet.
 */
int compile_read(struct compile *);
/* The same, but waits.  -1: a signal ends the process. */
int compile_wait(struct compile *);
/* Nobody needs the answer any more; harmless if none is compiled. */
void compile_end(struct compile *);

#endif
