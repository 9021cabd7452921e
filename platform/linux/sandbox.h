/* SPDX-License-Identifier: ISC */
/*
 * The two kernel parts of sandbox_enter() that need no right: what a process
 * without new privileges (PR_SET_NO_NEW_PRIVS) can take from itself.
 */
#ifndef LINUX_SANDBOX_H
#define LINUX_SANDBOX_H

#include "privilege/platform.h"

/*
 * Landlock: no file can be opened, made, changed or deleted any more; as far as
 * the kernel can, TCP neither connects nor binds, and no signal and no abstract
 * unix socket reaches another process.  0; -1 errno.
 */
int landlock_enter(void);

/*
 * seccomp: only the system calls of its table go on.  0; -1 errno (ENOTSUP:
 * there is no table for this machine).
 */
int seccomp_enter(const struct sandbox *);

#endif
