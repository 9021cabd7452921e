/* SPDX-License-Identifier: ISC */
/*
 * Writes the messages of a slave to an etherpuppet 0.3 or 0.4.  legacy.c reads
 * them, with the same numbers.
 */
#ifndef LEGACY_WRITE_H
#define LEGACY_WRITE_H

#include "session/message.h"

#define LEGACY_COMMAND	6 /* bytes in front of a struct ifreq */
#define LEGACY_IFREQ	0x8001
#define LEGACY_FINISHED 0x8002
#define IFREQ_NAME	16
#define IFREQ_SIZE_32	32
#define IFREQ_SIZE_64	40

#define LEGACY_ETHERNET 1 /* link types, ARPHRD_ of Linux */
#define LEGACY_PPP	512

/* The commands, in the order in which the original sends them. */
enum command {
	SET_MAC,
	SET_MTU,
	SET_ADDR,
	SET_DSTADDR,
	SET_BRDADDR,
	SET_NETMASK,
	COMMANDS
};

/* Their ioctl numbers. */
extern const uint32_t legacy_numbers[COMMANDS];

static inline bool
legacy_is_04(const struct codec *c)
{
	return c->dialect->magic == LEGACY_04;
}

/* put() of struct dialect. */
size_t legacy_put(struct codec *, uint8_t *out, size_t size,
    const struct message *, int part);

#endif
