/*
 * What an end of the way (a port, a peer) can express, CAP_* of port.h, and a
 * frame that may need more.
 */
#ifndef CAPS_H
#define CAPS_H

#include "port/port.h"

/*
 * Whether this frame must be completed before an end with these CAP_* gets
 * it.  Always, for one of accurate ECN and for SCTP, whose checksum is another
 * one than what CAP_CSUM is about: no CAP_* says them.  Also true for a
 * frame with segmentation whose csum_start is not the outer transport header
 * (this header has no tunnel bits, so a kernel would cut it wrong), but for the
 * tunnels of tunnel.h where the caps have CAP_TUNNEL; and, whatever the caps,
 * for one that is not valid (so that offload_begin() refuses it).
 */
bool caps_lack(const struct frame *, int linktype, unsigned caps);

#endif
