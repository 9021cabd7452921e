/*
 * What everything shares that makes a descriptor, or does not.
 */
#ifndef ACQUIRE_H
#define ACQUIRE_H

#include "privilege/platform.h"

/* Names the call that failed, closes fd if it is one; -1, errno kept. */
int acquire_fail(int fd, char failed[PLATFORM_CALL], const char *call);

#endif
