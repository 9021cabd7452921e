/* SPDX-License-Identifier: ISC */
/*
 * What a relay promises at its start; FreeBSD has capability mode.  All calls
 * of the relay are tested as if it had done so before: it opens captures and
 * dolls later, too.
 */
#ifndef PROMISES_H
#define PROMISES_H

#ifdef __OpenBSD__
#define PROMISES "stdio recvfd sendfd unix route"
#elif defined(__FreeBSD__)
#define PROMISES "capsicum"
#else
#define PROMISES NULL
#endif

#endif
