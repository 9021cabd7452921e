/* SPDX-License-Identifier: ISC */
/*
 * Theory of operation.
 *
 * A filter that accepts nothing is set before the descriptor is bound, so no
 * frame is queued before the session's filter is set.
 *
 * FreeBSD with sysctl net.bpf.optimize_writers=1: the kernel takes a descriptor
 * for one that only writes, which hears nothing, until a filter is set after
 * the bind.  A program of one instruction counts only if it is set by
 * BIOCSETFNR (sys/net/bpf.c, bpf_attachd(), bpf_check_upgrade()).  So on
 * FreeBSD each filter is set twice.
 *
 * A filter sees frames as they are on the wire, with all their tags: the
 * kernels put back the tag that an interface took out (FreeBSD and NetBSD,
 * sys/net/if_ethersubr.c; OpenBSD, sys/net/bpf.c).  So a program can be
 * compiled without an interface.
 *
 * OpenBSD's BPF has neither remainder nor exclusive or, and gives EINVAL for
 * any program that it refuses (sys/net/bpf_filter.c, bpf_validate()).
 */
#include <sys/types.h>
#include <sys/socket.h>
#include <sys/ioctl.h>
#include <sys/time.h>
#include <net/bpf.h>
#include <errno.h>
#include <fcntl.h>
#include <pcap.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "../common/acquire.h"
#include "../common/interface.h"
#include "capture_acquire.h"
#include "ifstate.h"
#include "log.h"
#include "port/port.h"

#define DEVICE	       "/dev/bpf" /* each open makes one more */
#define BUFFER_MIN     (2 * 65536) /* two whole frames */
#define HANDLE_SNAPLEN 262144
#define BPF_REMAINDER  (BPF_ALU | 0x90) /* libpcap's BPF_MOD */
#define BPF_EITHER     (BPF_ALU | 0xa0) /* libpcap's BPF_XOR */

/* ---- the descriptor ---- */

/* What a port needs of a descriptor once its rights are gone. */
static const struct {
	unsigned long number;
	size_t size;
} ioctls[] = {
	{ BIOCSDLT, sizeof(u_int) },
	{ BIOCGDLT, sizeof(u_int) },
	{ BIOCIMMEDIATE, sizeof(u_int) },
	{ BIOCSHDRCMPLT, sizeof(u_int) },
	{ BIOCGBLEN, sizeof(u_int) },
	{ BIOCGSTATS, sizeof(struct bpf_stat) },
	{ BIOCGETIF, sizeof(struct ifreq) },
};

static int
filter_set(int fd, void *insns, size_t size)
{
	struct bpf_program program = { (u_int)(size / sizeof(struct bpf_insn)),
		insns };

	if (ioctl(fd, BIOCSETF, &program) == -1)
		return -1;
#ifdef __FreeBSD__
	return ioctl(fd, BIOCSETFNR, &program);
#else
	return 0;
#endif
}

int
capture_ioctl(int fd, unsigned long number, void *data, size_t size)
{
	size_t i;

	if (number == BIOCSETF)
		return filter_set(fd, data, size);
	for (i = 0; i < sizeof(ioctls) / sizeof(ioctls[0]); i++)
		if (ioctls[i].number == number && ioctls[i].size == size)
			return ioctl(fd, number, data);
	errno = EINVAL;
	return -1;
}

int
bpf_setfilter(int fd, const struct bpf_program *program)
{
	return port_ioctl_capture(fd, BIOCSETF, program->bf_insns,
	    program->bf_len * sizeof(program->bf_insns[0]));
}

int
bpf_mute(int fd)
{
	struct bpf_insn none = BPF_STMT(BPF_RET | BPF_K, 0);
	struct bpf_program program = { 1, &none };

	return bpf_setfilter(fd, &program);
}

/*
 * Sets buffer and interface.  NULL, or the call that failed.  OpenBSD and
 * NetBSD do not wait for memory (bpf_allocbufs(): ENOMEM, ENOBUFS): we try half
 * of it then.
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
bpf_open(const char *ifname, uint32_t buffer, char failed[PLATFORM_CALL])
{
	struct ifreq ifr = ifreq_of(ifname);
	const char *call;
	int fd;

	fd = open(DEVICE, O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (fd == -1)
		return acquire_fail(fd, failed, "open(" DEVICE ")");
	/* NetBSD would bind "em" to em0 (sys/net/bpf.c, bpf_setif()). */
	if (if_nametoindex(ifname) == 0) {
		errno = ENODEV;
		return acquire_fail(fd, failed, "if_nametoindex");
	}
	if (bpf_mute(fd) == -1)
		return acquire_fail(fd, failed, "BIOCSETF");
	call = interface_set(fd, &ifr, buffer);
	if (call == NULL)
		return fd;
	if (errno == ENXIO && if_nametoindex(ifname) == 0)
		errno = ENODEV; /* it has gone between the two calls */
	return acquire_fail(fd, failed, call);
}

int
bpf_ifname(int fd, char *name)
{
	struct ifreq ifr;

	memset(&ifr, 0, sizeof(ifr));
	if (port_ioctl_capture(fd, BIOCGETIF, &ifr, sizeof(ifr)) == -1)
		return -1;
	memcpy(name, ifr.ifr_name, sizeof(ifr.ifr_name));
	name[sizeof(ifr.ifr_name) - 1] = '\0';
	return 0;
}

/* Wi-Fi interfaces have several types; we use Ethernet if it is among them. */
int
bpf_dlt(int fd, unsigned *dlt)
{
	u_int ethernet = DLT_EN10MB;

	(void)port_ioctl_capture(fd, BIOCSDLT, &ethernet, sizeof(ethernet));
	return port_ioctl_capture(fd, BIOCGDLT, dlt, sizeof(*dlt));
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

/* Warns of LRO, but only once and not at each test for a loop. */
static void
capture_advise(const char *ifname)
{
	static bool said;
	char remedy[64];
	const char *format;

	if (said || (format = ifstate_joins(ifname)) == NULL)
		return;
	said = true;
	(void)snprintf(remedy, sizeof(remedy), format, ifname);
	log_info("%s: it joins TCP segments before they are captured (LRO); to "
		 "have them as they were: %s",
	    ifname, remedy);
}

/*
 * Only the open needs rights.  But the helper also binds: the descriptor that
 * leaves it can capture this interface only.  And it looks for LRO: pledge(2)
 * without "inet" allows no socket for ioctl(2).
 */
int
capture_acquire(const char *ifname, uint32_t buffer, char *why, size_t size)
{
	char failed[PLATFORM_CALL] = "";
	int fd = bpf_open(ifname, buffer, failed), error;

	if (fd != -1) {
		capture_advise(ifname);
		return fd;
	}
	error = errno;
	if (error == ENODEV)
		(void)snprintf(why, size, "no such interface");
	else
		bpf_why(why, size, failed, error);
	errno = error;
	return -1;
}

/* Only a new descriptor leaves promiscuous mode: see capture.c. */
int
capture_control(int fd, const char *ifname, enum capture_control what, bool on)
{
	(void)ifname;
	if (what == CAPTURE_PROMISC && on)
		return ioctl(fd, BIOCPROMISC);
	errno = EINVAL;
	return -1;
}

/* ---- filters ---- */

const char *
capture_remedy(int error)
{
	(void)error;
	return "";
}

struct pcap *
filter_handle(const char *ifname, char *why, size_t size)
{
	pcap_t *pcap = pcap_open_dead(DLT_EN10MB, HANDLE_SNAPLEN);

	if (pcap == NULL)
		(void)snprintf(why, size, "%s: %s", ifname, strerror(errno));
	return pcap;
}

#ifdef __OpenBSD__
static bool
is_known(const struct bpf_insn *i)
{
	unsigned operation = i->code & ~(unsigned)BPF_X;

	return operation != BPF_REMAINDER && operation != BPF_EITHER;
}
#else
static bool
is_known(const struct bpf_insn *i)
{
	(void)i;
	return true;
}
#endif

bool
filter_known(const struct bpf_program *program, char *why, size_t size)
{
	u_int i;

	for (i = 0; i < program->bf_len; i++)
		if (!is_known(&program->bf_insns[i])) {
			(void)snprintf(why, size,
			    "this system's filters know no %% and no ^");
			return false;
		}
	return true;
}
