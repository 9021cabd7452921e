/*
 * Exclusive mode (-x): this host hears only the session on the interface.
 * What keeps it so is a descriptor that the helper makes
 * (platform/OS/exclusive.c), so that it ends with this process at the latest.
 */
#ifndef EXCLUSIVE_H
#define EXCLUSIVE_H

#include "filter/filter.h"
#include "port/port.h"

/* Whether it could be done on this port.  0; -1: it has said why not. */
int exclusive_try(const struct port *);
/*
 * Makes it so for these connections, before what was made earlier ends.  0,
 * also while the interface is gone; -1: why is filled.
 */
int exclusive_make(const struct port *, const struct filter_pair *, int npairs,
    char *why, size_t size);
void exclusive_end(void);
bool exclusive_is(void);
/* It is, and on an interface of the name that the port has now. */
bool exclusive_is_on(const struct port *);

#endif
