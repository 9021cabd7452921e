/*
 * Theory of operation.  A filter is set before the descriptor is bound, so
 * that nothing else is ever queued.
 *
 * FreeBSD may leave a descriptor among those that only write, and hear
 * nothing, until a filter is set after it was bound: with the sysctl
 * net.bpf.optimize_writers.  A program of one instruction counts for that only
 * if it is set by BIOCSETFNR (sys/net/bpf.c, bpf_attachd(),
 * bpf_check_upgrade()).  So there each filter is set twice.
 */
#include <sys/types.h>
#include <sys/socket.h>
#include <sys/ioctl.h>
#include <sys/time.h>
#include <net/bpf.h>
#include <net/if.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "../common/acquire.h"
#include "bpf_device.h"

#define DEVICE	   "/dev/bpf" /* each open makes one more, on all three */
#define BUFFER_MIN (2 * 65536) /* whole frames */

int
bpf_open(char failed[PLATFORM_CALL])
{
	int fd = open(DEVICE, O_RDWR | O_NONBLOCK | O_CLOEXEC);

	return fd != -1 ? fd : acquire_fail(fd, failed, "open(" DEVICE ")");
}

int
bpf_setfilter(int fd, const struct bpf_program *program)
{
	if (ioctl(fd, BIOCSETF, program) == -1)
		return -1;
#ifdef __FreeBSD__
	return ioctl(fd, BIOCSETFNR, program);
#else
	return 0;
#endif
}

int
bpf_mute(int fd)
{
	struct bpf_insn none = BPF_STMT(BPF_RET | BPF_K, 0);
	struct bpf_program program = { 1, &none };

	return bpf_setfilter(fd, &program);
}

static struct ifreq
request(const char *ifname)
{
	struct ifreq ifr;

	memset(&ifr, 0, sizeof(ifr));
	(void)snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "%s", ifname);
	return ifr;
}

/*
 * OpenBSD and NetBSD do not wait for memory (bpf_allocbufs(): ENOMEM,
 * ENOBUFS); then half of it is asked for.
 */
static const char *
interface_set(int fd, struct ifreq *ifr, u_int size)
{
	do {
		if (ioctl(fd, BIOCSBLEN, &size) == -1)
			return "BIOCSBLEN";
		if (ioctl(fd, BIOCSETIF, ifr) == 0)
			return NULL;
		size /= 2;
	} while ((errno == ENOMEM || errno == ENOBUFS) && size >= BUFFER_MIN);
	return "BIOCSETIF";
}

int
bpf_bind(int fd, const char *ifname, uint32_t buffer,
    const struct bpf_program *program, char failed[PLATFORM_CALL])
{
	struct ifreq ifr = request(ifname);
	const char *call;

	/* NetBSD would take "em" for em0 (sys/net/bpf.c, bpf_setif()). */
	if (if_nametoindex(ifname) == 0) {
		errno = ENODEV;
		return acquire_fail(fd, failed, "if_nametoindex");
	}
	if (bpf_setfilter(fd, program) == -1)
		return acquire_fail(fd, failed, "BIOCSETF");
	call = interface_set(fd, &ifr, buffer);
	if (call == NULL)
		return fd;
	if (errno == ENXIO && if_nametoindex(ifname) == 0)
		errno = ENODEV; /* gone meanwhile */
	return acquire_fail(fd, failed, call);
}

int
bpf_ifname(int fd, char *name)
{
	struct ifreq ifr;

	memset(&ifr, 0, sizeof(ifr));
	if (ioctl(fd, BIOCGETIF, &ifr) == -1)
		return -1;
	memcpy(name, ifr.ifr_name, sizeof(ifr.ifr_name));
	name[sizeof(ifr.ifr_name) - 1] = '\0';
	return 0;
}

/* Wi-Fi interfaces have more than one; Ethernet is taken where it is one. */
int
bpf_dlt(int fd, unsigned *dlt)
{
	u_int ethernet = DLT_EN10MB;

	(void)ioctl(fd, BIOCSDLT, &ethernet);
	return ioctl(fd, BIOCGDLT, dlt);
}

void
bpf_why(char *out, size_t size, const char *failed, int error)
{
	const char *remedy = "";

	if (error == EACCES || error == EPERM)
		remedy = "; run as root, or let your group read and write "
			 "/dev/bpf";
	else if (error == ENOENT)
		remedy = "; in a jail or chroot it must be made visible";
	(void)snprintf(out, size, "%s: %s%s", failed, strerror(error), remedy);
}

const char *
capture_remedy(int error)
{
	(void)error;
	return "";
}

/*
 * The part of a capture that wants privilege; to bind it does not, but so the
 * descriptor that leaves the helper is one for this interface.
 */
int
capture_acquire(const char *ifname, uint32_t buffer, char *why, size_t size)
{
	struct bpf_insn none = BPF_STMT(BPF_RET | BPF_K, 0);
	struct bpf_program program = { 1, &none };
	char failed[PLATFORM_CALL] = "";
	int fd, error;

	if ((fd = bpf_open(failed)) != -1)
		fd = bpf_bind(fd, ifname, buffer, &program, failed);
	if (fd != -1)
		return fd;
	error = errno;
	if (error == ENODEV)
		(void)snprintf(why, size, "no such interface");
	else
		bpf_why(why, size, failed, error);
	errno = error;
	return -1;
}
