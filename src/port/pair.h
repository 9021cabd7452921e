/*
 * The port without a system: a socketpair.  One datagram is one frame.
 */
#ifndef PORT_PAIR_H
#define PORT_PAIR_H

struct port;

/*
 * The other end of an open pair port, for a test to write frames to and read
 * them from.  It is non-blocking and belongs to the port, which closes it.
 */
int port_pair_other(const struct port *);

/* Closes the other end early: the port's recv is then -1, EPIPE. */
void port_pair_hangup(struct port *);

#endif
