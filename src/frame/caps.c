#include "frame/caps.h"
#include "frame/offload.h"
#include "frame/tunnel.h"

static unsigned
cap_of(const struct offload *off)
{
	switch (off->gso & ~OFFLOAD_ECN) {
	case 0:
		return off->flags & OFFLOAD_CSUM ? CAP_CSUM : 0;
	case OFFLOAD_TCP4:
		return CAP_CSUM | CAP_TSO4;
	case OFFLOAD_TCP6:
		return CAP_CSUM | CAP_TSO6;
	case OFFLOAD_UDP:
		return CAP_CSUM | CAP_USO;
	default:
		return ~0u;
	}
}

bool
caps_lack(const struct frame *f, int linktype, unsigned caps)
{
	struct offload_cut c;
	struct tunnel t;

	if ((cap_of(&f->off) & ~caps) != 0)
		return true;
	if (f->off.gso == 0)
		return layers_sctp(f, linktype) != 0;
	if (offload_begin(&c, f, linktype) == -1)
		return true;
	return c.layers.count != 2 &&
	    ((caps & CAP_TUNNEL) == 0 || !tunnel_find(f, linktype, &t));
}
