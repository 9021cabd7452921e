/*
 * A filter sees frames as they are on the wire, with all their tags: FreeBSD
 * and NetBSD, sys/net/if_ethersubr.c, and OpenBSD, sys/net/bpf.c, put back the
 * one that an interface took out.  So programs need no interface.
 *
 * OpenBSD's knows neither the remainder nor exclusive or, and says EINVAL for
 * any program that it does not like (sys/net/bpf_filter.c, bpf_validate()).
 */
#include <errno.h>
#include <pcap.h>
#include <stdio.h>
#include <string.h>

#include "privilege/platform.h"

#define SNAPLEN	      262144
#define BPF_REMAINDER (BPF_ALU | 0x90) /* libpcap's BPF_MOD */
#define BPF_EITHER    (BPF_ALU | 0xa0) /* BPF_XOR */

#ifdef __OpenBSD__
static bool
is_known(const struct bpf_insn *i)
{
	unsigned what = i->code & ~(unsigned)BPF_X;

	return what != BPF_REMAINDER && what != BPF_EITHER;
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

struct pcap *
filter_handle(const char *ifname, char *why, size_t size)
{
	pcap_t *pcap = pcap_open_dead(DLT_EN10MB, SNAPLEN);

	if (pcap == NULL)
		(void)snprintf(why, size, "%s: %s", ifname, strerror(errno));
	return pcap;
}
