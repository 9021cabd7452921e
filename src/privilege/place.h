/*
 * Where dolls are: the network namespace of -n, or ours.  Only the helper calls
 * these.
 */
#ifndef PLACE_H
#define PLACE_H

#include <stdbool.h>

enum place {
	PLACE_SAME,
	PLACE_GONE, /* nothing has that name now: dolls stay where they are */
	PLACE_OTHER, /* another one had that name: dolls are made there now */
};

/* netns NULL: ours.  Makes it if it is missing.  0, -1: it has said why. */
int place_open(const char *netns);
/* Removes what place_open() made. */
void place_close(void);
/* A descriptor of it; -1: ours. */
int place_ns(void);
/* place_open() has made it. */
bool place_is_new(void);
/* Follows the name. */
enum place place_look(void);

#endif
