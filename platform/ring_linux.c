#include <sys/types.h>
#include <sys/socket.h>
#include <sys/mman.h>

#include "ring_linux.h"

#define SLOT  256 /* 76 of them come before an Ethernet frame */
#define BLOCK 65536 /* a multiple of any page size */

int
ring_open(struct ring *r, int fd, uint32_t bytes, const char **call)
{
	struct tpacket_req req = { .tp_block_size = BLOCK,
		.tp_frame_size = SLOT };
	int version = TPACKET_V2, on = 1;
	void *map;

	req.tp_block_nr = bytes < BLOCK ? 1 : bytes / BLOCK;
	req.tp_frame_nr = req.tp_block_nr * (BLOCK / SLOT);
	*call = "PACKET_VERSION";
	if (setsockopt(fd, SOL_PACKET, PACKET_VERSION, &version,
		sizeof(version)) == -1)
		return -1;
	*call = "PACKET_COPY_THRESH";
	if (setsockopt(fd, SOL_PACKET, PACKET_COPY_THRESH, &on, sizeof(on)) ==
	    -1)
		return -1;
	*call = "PACKET_RX_RING";
	if (setsockopt(fd, SOL_PACKET, PACKET_RX_RING, &req, sizeof(req)) == -1)
		return -1;
	*call = "mmap";
	map = mmap(NULL, (size_t)req.tp_block_nr * BLOCK,
	    PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (map == MAP_FAILED)
		return -1;
	r->slots = map;
	r->count = req.tp_frame_nr;
	return 0;
}

static struct tpacket2_hdr *
ring_slot(const struct ring *r, unsigned i)
{
	return (void *)(r->slots + (size_t)i * SLOT);
}

struct tpacket2_hdr *
ring_take(struct ring *r)
{
	struct tpacket2_hdr *slot = ring_slot(r, r->next);

	if (r->taken == r->count ||
	    (__atomic_load_n(&slot->tp_status, __ATOMIC_ACQUIRE) &
		TP_STATUS_USER) == 0)
		return NULL;
	r->next = (r->next + 1) % r->count;
	r->taken++;
	return slot;
}

void
ring_release(struct ring *r)
{
	for (; r->taken > 0; r->taken--) {
		unsigned i = (r->next + r->count - r->taken) % r->count;

		__atomic_store_n(&ring_slot(r, i)->tp_status, TP_STATUS_KERNEL,
		    __ATOMIC_RELEASE);
	}
}

void
ring_close(struct ring *r)
{
	if (r->count > 0)
		(void)munmap(r->slots, (size_t)r->count * SLOT);
	r->count = 0;
}
