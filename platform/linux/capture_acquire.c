/* SPDX-License-Identifier: ISC */
/*
 * Opens what a capture needs rights for: its packet(7) socket, and a handle of
 * libpcap to compile filters with.
 *
 * The kernel takes the outermost VLAN tag out of a frame before a filter sees
 * the frame.  libpcap writes programs that ask the kernel for the tag only for
 * a live capture.  So a small capture is opened.  The programs depend only on
 * the link type and the kernel.  If the interface is down or gone, the loopback
 * interface, which has Ethernet headers, serves as well.
 */
#include <sys/types.h>
#include <sys/socket.h>
#include <sys/random.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <unistd.h>
#include <pcap.h>

#include "link.h"
#include "packet.h"
#include "privilege/platform.h"
#include "system.h"

#define PROTO_ALL      0x0003
#define PROTO_NONE     0xffff /* reserved: no frame has it */
#define HANDLE_SNAPLEN 96
#define HANDLE_BUFFER  65536

/* ---- the socket ---- */

/* See packet.c, "Own frames".  If it fails, the capture has no mark. */
static void
mark_set(int fd)
{
	uint32_t mark = 0;

	if (getrandom(&mark, sizeof(mark), GRND_NONBLOCK) == sizeof(mark) &&
	    mark != 0)
		(void)setsockopt(fd, SOL_SOCKET, SO_MARK, &mark, sizeof(mark));
}

static int
socket_open(const char *ifname, uint32_t buffer, char failed[PLATFORM_CALL])
{
	int flags = SOCK_NONBLOCK | SOCK_CLOEXEC, fd;
	int size = buffer < INT32_MAX / 2 ? (int)buffer : INT32_MAX / 2;
	unsigned hatype;

	fd = socket(AF_PACKET, SOCK_RAW | flags, 0);
	if (fd == -1)
		return acquire_fail(fd, failed, "socket(AF_PACKET)");
	if (packet_hatype(fd, ifname, &hatype) == -1)
		return acquire_fail(fd, failed, "SIOCGIFHWADDR");
	/* SOCK_DGRAM: frames begin at IP, behind any header of the driver. */
	if (link_type(hatype) == LINK_RAW) {
		(void)close(fd);
		fd = socket(AF_PACKET, SOCK_DGRAM | flags, 0);
		if (fd == -1)
			return acquire_fail(fd, failed, "socket(AF_PACKET)");
	}
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)) ==
	    -1)
		(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size,
		    sizeof(size));
	mark_set(fd);
	return fd;
}

static int
socket_bind(int fd, int ifindex, uint16_t proto)
{
	struct sockaddr_ll ll = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(proto),
		.sll_ifindex = ifindex,
	};

	return bind(fd, (struct sockaddr *)&ll, sizeof(ll));
}

/* Joins or leaves; a closed socket, and one whose interface goes, leaves. */
static int
membership_set(int fd, unsigned short type, bool on)
{
	struct packet_mreq mreq = {
		.mr_ifindex = packet_index(fd),
		.mr_type = type,
	};

	return setsockopt(fd, SOL_PACKET,
	    on ? PACKET_ADD_MEMBERSHIP : PACKET_DROP_MEMBERSHIP, &mreq,
	    sizeof(mreq));
}

int
capture_control(int fd, const char *ifname, enum capture_control what, bool on)
{
	unsigned index;

	switch (what) {
	case CAPTURE_PROMISC:
		return membership_set(fd, PACKET_MR_PROMISC, on);
	case CAPTURE_MULTICAST:
		return membership_set(fd, PACKET_MR_ALLMULTI, on);
	case CAPTURE_HEAR:
		return socket_bind(fd, packet_index(fd),
		    on ? PROTO_ALL : PROTO_NONE);
	case CAPTURE_BIND:
		if ((index = if_nametoindex(ifname)) != 0)
			return socket_bind(fd, (int)index, PROTO_NONE);
		errno = ENODEV;
		return -1;
	}
	errno = EINVAL;
	return -1;
}

int
capture_acquire(const char *ifname, uint32_t buffer, char *why, size_t size)
{
	char failed[PLATFORM_CALL] = "";
	int fd = socket_open(ifname, buffer, failed), error;

	if (fd != -1 && capture_control(fd, ifname, CAPTURE_BIND, true) == 0)
		return fd;
	if (fd != -1)
		(void)acquire_fail(fd, failed, "bind");
	error = errno;
	if (error == ENODEV)
		(void)snprintf(why, size, "no such interface");
	else
		acquire_why(why, size, failed, error, "cap_net_raw", NULL);
	errno = error;
	return -1;
}

/* ---- filters ---- */

/* What the port asks of its socket is in the table of seccomp.c. */
int
capture_ioctl(int fd, unsigned long number, void *data, size_t size)
{
	(void)fd, (void)number, (void)data, (void)size;
	errno = EINVAL;
	return -1;
}

/* The port of a tap asks its own sockets: see tap_view(). */
int
interface_look(const char *ifname, struct interface_look *out)
{
	(void)ifname, (void)out;
	errno = EINVAL;
	return -1;
}

const char *
capture_remedy(int error)
{
	return error == ENOMEM ? "; see sysctl net.core.optmem_max" : "";
}

static int
activate_failed(pcap_t *pcap, const char *ifname, int status, char *why,
    size_t size)
{
	const char *text = pcap_geterr(pcap);

	if (status != PCAP_ERROR && *text == '\0')
		text = pcap_statustostr(status);
	(void)snprintf(why, size, "%s: compiling for it: %s", ifname, text);
	pcap_close(pcap);
	return status;
}

/* 0, or libpcap's status with why filled. */
static int
handle_open(const char *ifname, pcap_t **out, char *why, size_t size)
{
	char error[PCAP_ERRBUF_SIZE];
	pcap_t *pcap = pcap_create(ifname, error);
	int status;

	if (pcap == NULL) {
		(void)snprintf(why, size, "%s", error);
		return PCAP_ERROR;
	}
	if ((status = pcap_set_snaplen(pcap, HANDLE_SNAPLEN)) == 0 &&
	    (status = pcap_set_buffer_size(pcap, HANDLE_BUFFER)) == 0 &&
	    (status = pcap_set_promisc(pcap, 0)) == 0 &&
	    (status = pcap_set_timeout(pcap, 1000)) == 0)
		status = pcap_activate(pcap);
	if (status < 0)
		return activate_failed(pcap, ifname, status, why, size);
	if (pcap_datalink(pcap) != DLT_EN10MB) {
		(void)snprintf(why, size, "%s is not Ethernet for libpcap",
		    ifname);
		pcap_close(pcap);
		return PCAP_ERROR;
	}
	*out = pcap;
	return 0;
}

struct pcap *
filter_handle(const char *ifname, char *why, size_t size)
{
	char other[PCAP_ERRBUF_SIZE];
	pcap_t *pcap = NULL;
	int status = handle_open(ifname, &pcap, why, size);

	if (status == PCAP_ERROR_IFACE_NOT_UP ||
	    status == PCAP_ERROR_NO_SUCH_DEVICE)
		(void)handle_open("lo", &pcap, other, sizeof(other));
	return pcap;
}

/* Linux knows all instructions that libpcap writes. */
bool
filter_known(const struct bpf_program *program, char *why, size_t size)
{
	(void)program;
	(void)why;
	(void)size;
	return true;
}
