/*
 * Capture files in pcapng (IETF draft-ietf-opsawg-pcapng), since it has a
 * place for the direction of a frame.  No I/O.
 */
#ifndef PCAPNG_H
#define PCAPNG_H

#include "port/port.h"

#define PCAPNG_BLOCK (FRAME_MAX + 64) /* room for the head or any frame */

/*
 * One section with one interface, times in nanoseconds.  title: the
 * interface's name, "" for none, at most 255 bytes.  Returns bytes.
 */
size_t pcapng_head(uint8_t *out, int linktype, const char *title);

/* A frame of at most FRAME_MAX, at its own time or now.  Returns bytes. */
size_t pcapng_frame(uint8_t *out, const struct frame *);

#endif
