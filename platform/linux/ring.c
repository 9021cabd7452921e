#include <sys/types.h>
#include <sys/socket.h>
#include <sys/mman.h>
#include <stddef.h>

#include "ring.h"

#define SLOT  256 /* 76 of them come before an Ethernet frame */
#define BLOCK 65536 /* a multiple of any page size */

static int
ring_set(int fd, const struct tpacket_req *req)
{
	return setsockopt(fd, SOL_PACKET, PACKET_RX_RING, req, sizeof(*req));
}

int
ring_open(struct ring *r, int fd, uint32_t bytes)
{
	struct tpacket_req none = { 0 },
			   req = { .tp_block_size = BLOCK,
				   .tp_frame_size = SLOT };
	int version = TPACKET_V2, on = 1;
	void *map;

	req.tp_block_nr = bytes < BLOCK ? 1 : bytes / BLOCK;
	req.tp_frame_nr = req.tp_block_nr * (BLOCK / SLOT);
	if (setsockopt(fd, SOL_PACKET, PACKET_VERSION, &version,
		sizeof(version)) == -1 ||
	    setsockopt(fd, SOL_PACKET, PACKET_COPY_THRESH, &on, sizeof(on)) ==
		-1 ||
	    ring_set(fd, &req) == -1)
		return -1;
	map = mmap(NULL, (size_t)req.tp_block_nr * BLOCK,
	    PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (map == MAP_FAILED) {
		(void)ring_set(fd, &none);
		return -1;
	}
	/* in a child it would keep the ring from being given up */
	(void)madvise(map, (size_t)req.tp_block_nr * BLOCK, MADV_DONTFORK);
	r->slots = map;
	r->count = req.tp_frame_nr;
	return 0;
}

static struct tpacket2_hdr *
ring_slot(const struct ring *r, unsigned i)
{
	return (void *)(r->slots + (size_t)i * SLOT);
}

static bool
slot_full(const struct tpacket2_hdr *slot)
{
	return (__atomic_load_n(&slot->tp_status, __ATOMIC_ACQUIRE) &
		   TP_STATUS_USER) != 0;
}

struct tpacket2_hdr *
ring_take(struct ring *r)
{
	struct tpacket2_hdr *slot;

	if (r->taken == r->count)
		return NULL;
	slot = ring_slot(r, r->next);
	if (!slot_full(slot))
		return NULL;
	r->next = (r->next + 1) % r->count;
	r->taken++;
	r->moved = true;
	return slot;
}

bool
ring_still(struct ring *r)
{
	bool still = r->count > 0 && r->taken == 0 && !r->moved &&
	    !slot_full(ring_slot(r, r->next));

	r->moved = false;
	return still;
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

int
ring_close(struct ring *r, int fd)
{
	struct tpacket_req none = { 0 };

	if (r->count == 0)
		return 0;
	(void)munmap(r->slots, (size_t)r->count * SLOT);
	r->count = r->next = r->taken = 0;
	return ring_set(fd, &none);
}
