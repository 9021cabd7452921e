/* SPDX-License-Identifier: ISC */
/*
 * The capture port on BPF: opening, filters and interface (capture.c), and
 * frames in and out (capture_io.c).
 */
#ifndef CAPTURE_BPF_H
#define CAPTURE_BPF_H

#include <sys/types.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <net/bpf.h>
#include <net/if.h>

#include "bpf.h"
#include "echo.h"
#include "filter/filter.h"
#include "port/port.h"

#define CAPTURE_FAMILY 4 /* bytes of address family in front of raw IP */

struct capture {
	char wanted[IFNAMSIZ]; /* the name from the start */
	uint32_t buffer; /* wanted bytes of the kernel's buffer */
	u_int dlt; /* DLT_* */
	unsigned head; /* CAPTURE_FAMILY, or 0 */
	struct bpf_insn insns[FILTER_INSNS];
	struct bpf_program program;
	bool attached, promisc;
	bool anew; /* the interface was replaced since the last tick */
	int said; /* the last errno of capture_rebind(); 0: it succeeded */
	struct interface_look link;
	enum port_link state;
	uint64_t dropped; /* until the kernel's counter was last set to 0 */
	u_int size; /* bytes of the kernel's buffer */
	u_int room; /* bytes of the slab */
	uint8_t *slab;
	struct bpf_records records; /* not delivered yet */
	struct echo echo;
	uint8_t packet[CAPTURE_FAMILY + FRAME_MAX]; /* raw IP on its way out */
};

int capture_recv(struct port *, struct frame *, int max);
int capture_send(struct port *, struct frame *, int n);
/* Discards frames that were read and not delivered yet. */
void capture_forget(struct port *);

#endif
