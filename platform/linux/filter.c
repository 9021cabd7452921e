/*
 * The kernel takes the outermost VLAN tag out of a frame before a filter sees
 * it.  libpcap writes programs that ask for it only for a live capture, so one
 * is opened, small.  What it writes depends on the link type and the kernel
 * only: for an interface that is down or gone, loopback, which is Ethernet in
 * form, serves as well.
 */
#include <pcap.h>
#include <stdio.h>

#include "privilege/platform.h"

#define SNAPLEN 96
#define BUFFER	65536

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
open_on(const char *ifname, pcap_t **out, char *why, size_t size)
{
	char error[PCAP_ERRBUF_SIZE];
	pcap_t *pcap = pcap_create(ifname, error);
	int status;

	if (pcap == NULL) {
		(void)snprintf(why, size, "%s", error);
		return PCAP_ERROR;
	}
	(void)pcap_set_snaplen(pcap, SNAPLEN);
	(void)pcap_set_buffer_size(pcap, BUFFER);
	(void)pcap_set_promisc(pcap, 0);
	(void)pcap_set_timeout(pcap, 1000);
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

bool
filter_known(const struct bpf_program *program, char *why, size_t size)
{
	(void)program;
	(void)why;
	(void)size;
	return true;
}

struct pcap *
filter_handle(const char *ifname, char *why, size_t size)
{
	char other[PCAP_ERRBUF_SIZE];
	pcap_t *pcap = NULL;
	int status = open_on(ifname, &pcap, why, size);

	if (status == PCAP_ERROR_IFACE_NOT_UP ||
	    status == PCAP_ERROR_NO_SUCH_DEVICE)
		(void)open_on("lo", &pcap, other, sizeof(other));
	return pcap;
}
