/* SPDX-License-Identifier: ISC */
/*
 * Exclusive mode on OpenBSD: a second BPF descriptor captures nothing, but
 * makes the kernel drop the frames that its filter accepts (BIOCSFILDROP).  The
 * kernel runs the filters of all descriptors before it drops a frame, so
 * captures see all frames (OpenBSD, sys/net/bpf.c, _bpf_mtap(); sys/net/ifq.c,
 * ifiq_input()).
 */
#include <sys/types.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <net/bpf.h>
#include <net/if.h>
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "../bsd/capture_acquire.h"
#include "exclusive_filter.h"
#include "port/port.h"

#define BUFFER 32 /* bytes, the minimum: no frame is queued */
#define FAMILY 4 /* bytes in front of raw IP */

/* Drops all frames but the session's; npairs 0: none.  0; -1: why is filled. */
static int
drop_all_but(int fd, int linktype, const struct filter_pair *pairs, int npairs,
    char *why, size_t size)
{
	static struct bpf_insn insns[FILTER_INSNS];
	struct bpf_program program = { 0, insns };
	u_int dlt, drop = BPF_FILDROP_DROP, unseen = BPF_DIRECTION_OUT;
	const char *call = NULL;
	int n = 0;

	if (bpf_dlt(fd, &dlt) == -1)
		call = "BIOCGDLT";
	else if (npairs > 0 &&
	    (n = exclusive_filter(linktype, dlt == DLT_LOOP ? FAMILY : 0, pairs,
		 npairs, insns, why, size)) == -1)
		return -1;
	program.bf_len = (u_int)n;
	if (call == NULL && ioctl(fd, BIOCSDIRFILT, &unseen) == -1)
		call = "BIOCSDIRFILT";
	if (call == NULL && n > 0 && bpf_setfilter(fd, &program) == -1)
		call = "BIOCSETF";
	if (call == NULL && ioctl(fd, BIOCSFILDROP, &drop) == -1)
		call = "BIOCSFILDROP";
	if (call == NULL)
		return 0;
	bpf_why(why, size, call, errno);
	return -1;
}

int
exclusive_acquire(const char *ifname, int linktype,
    const struct filter_pair *pairs, int npairs, char *why, size_t size)
{
	char failed[PLATFORM_CALL];
	int fd = bpf_open(ifname, BUFFER, failed), error;

	if (fd == -1)
		bpf_why(why, size, failed, errno);
	else if (drop_all_but(fd, linktype, pairs, npairs, why, size) == 0)
		return fd;
	error = errno;
	if (if_nametoindex(ifname) == 0) {
		(void)snprintf(why, size, "no such interface");
		error = ENODEV; /* it may have gone between two calls */
	}
	if (fd != -1)
		(void)close(fd);
	errno = error;
	return -1;
}
