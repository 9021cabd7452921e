/*
 * The way of the session, and the doll.
 *
 * A DHCP client on the doll, or a network manager, may give this host a better
 * route to the other side through the doll.  The session would then have to
 * travel through itself: it falls silent, and is dead half a minute later.  So
 * the route is asked for once a second; when it becomes the doll a line says
 * so, and a connection that we dialled is held on the interface that it went
 * by, where the system can do that (Linux: SO_BINDTODEVICE).  Each new dial
 * begins unbound.
 */
#ifndef WAY_H
#define WAY_H

#include "session/session.h"

struct way {
	unsigned index; /* of the interface that it went by; 0: unknown */
	bool is_doll; /* it is the doll now, and that was said */
};

/*
 * Looks once.  The session of a command (-e) goes where only the command
 * knows: the slave's own address of the session stands for that, where the
 * slave has told it.
 */
void way_look(struct way *, const struct session *, const char *doll);

#endif
