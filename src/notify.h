/* What a service manager is told, by sd_notify(3)'s protocol. */
#ifndef NOTIFY_H
#define NOTIFY_H

#define NOTIFY_STATUS	""
#define NOTIFY_READY	"READY=1\n"
#define NOTIFY_STOPPING "STOPPING=1\n"

/*
 * Connects to the socket that NOTIFY_SOCKET names, if there is one, and takes
 * it out of the environment: commands of the user do not speak for us.
 */
void notify_open(void);

/* One datagram: `what' and the status for people. */
void notify(const char *what, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

#endif
