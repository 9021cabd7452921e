/* SPDX-License-Identifier: ISC */
/*
 * Checks the parameters that a stranger sends, and finds the changes to make.
 *
 * To an interface, two addresses are the same if address, prefix length and
 * peer are equal; the broadcast address is a property of the address.  It is
 * compared only with the one that we set: some systems replace it, and one that
 * the user changed stays.
 */
#include <string.h>

#include "port/params.h"
#include "port/port.h"
#include "text.h"

/* Whether a host can have this address, whatever its prefix length. */
static bool
addr_is_host(const struct addr *a)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
	static const uint8_t zero[16];

	if (a->addr_type != ADDR_TYPE_IP && a->addr_type != ADDR_TYPE_IP6)
		return false;
	if (addr_is_loopback(a))
		return false;
	if (addr_is_ip4(a))
		return a->addr_data8[0] != 0 && a->addr_data8[0] < 224;
	return a->addr_data8[0] != 0xff &&
	    memcmp(a->addr_data8, zero, sizeof(zero)) != 0 &&
	    memcmp(a->addr_data8, mapped, sizeof(mapped)) != 0;
}

static bool
same_kind(const struct param_addr *a, const struct param_addr *b)
{
	if ((a->kind == PARAM_PEER) != (b->kind == PARAM_PEER))
		return false;
	return a->kind != PARAM_PEER || addr_same(&a->other, &b->other);
}

/* Whether both are the same address to an interface. */
static bool
same_addr(const struct param_addr *a, const struct param_addr *b)
{
	return addr_same(&a->addr, &b->addr) &&
	    a->addr.addr_bits == b->addr.addr_bits && same_kind(a, b);
}

/* Compares the broadcast address, too. */
bool
params_addr_equal(const struct param_addr *a, const struct param_addr *b)
{
	return same_addr(a, b) && a->kind == b->kind &&
	    (a->kind == PARAM_NONE || addr_same(&a->other, &b->other));
}

static const struct param_addr *
find_addr(const struct params *in, const struct param_addr *a)
{
	int i;

	for (i = 0; i < in->naddrs; i++)
		if (same_addr(&in->addrs[i], a))
			return &in->addrs[i];
	return NULL;
}

bool
params_equal(const struct params *a, const struct params *b)
{
	int i;

	if (strcmp(a->name, b->name) != 0 || a->linktype != b->linktype ||
	    a->flags != b->flags || a->have_mac != b->have_mac ||
	    a->have_mtu != b->have_mtu || a->have_addrs != b->have_addrs ||
	    (a->have_mac && memcmp(a->mac, b->mac, sizeof(a->mac)) != 0) ||
	    (a->have_mtu && a->mtu != b->mtu) || a->speed != b->speed ||
	    a->half_duplex != b->half_duplex ||
	    (a->have_addrs && a->naddrs != b->naddrs))
		return false;
	for (i = 0; a->have_addrs && i < a->naddrs; i++)
		if (!params_addr_equal(&a->addrs[i], &b->addrs[i]))
			return false;
	return true;
}

void
params_only_flags(struct params *p)
{
	p->have_mac = p->have_mtu = p->have_addrs = p->half_duplex = false;
	p->speed = 0;
}

bool
params_addr_take(struct params *p, const struct param_addr *a)
{
	int i;

	for (i = 0; i < p->naddrs; i++)
		if (same_addr(&p->addrs[i], a)) {
			p->addrs[i] = p->addrs[--p->naddrs];
			return true;
		}
	return false;
}

bool
params_addr_put(struct params *p, const struct param_addr *a)
{
	bool was = params_addr_take(p, a);

	if (p->naddrs < PARAMS_ADDRS)
		p->addrs[p->naddrs++] = *a;
	return was;
}

/*
 * Removes a broadcast address outside of the prefix, which would redirect
 * another host's traffic; the address stays.  Returns how many it removed.
 */
static int
validate_broadcast(struct param_addr *a)
{
	static const uint8_t any[4], all[4] = { 255, 255, 255, 255 };

	if (a->other.addr_type == ADDR_TYPE_IP && addr_is_ip4(&a->addr)) {
		a->other.addr_bits = 32;
		if (addr_overlap(&a->addr, &a->other) ||
		    memcmp(a->other.addr_data8, all, sizeof(all)) == 0)
			return 0;
		if (memcmp(a->other.addr_data8, any, sizeof(any)) == 0) {
			a->kind = PARAM_NONE;
			return 0;
		}
	}
	a->kind = PARAM_NONE;
	return 1;
}

/* Removes wrong parts.  Returns how many; -1: the address itself is wrong. */
static int
validate_addr(struct param_addr *a)
{
	if (!addr_is_host(&a->addr) || a->addr.addr_bits < 1 ||
	    a->addr.addr_bits > addr_width(&a->addr))
		return -1;
	switch (a->kind) {
	case PARAM_NONE:
		return 0;
	case PARAM_BROADCAST:
		return validate_broadcast(a);
	case PARAM_PEER:
		if (!addr_is_host(&a->other) ||
		    a->other.addr_type != a->addr.addr_type)
			return -1;
		a->other.addr_bits = addr_width(&a->other);
		return 0;
	}
	return -1;
}

static int
validate_addrs(struct params *p)
{
	struct params kept = { .naddrs = 0 };
	int dropped = 0, i, n = p->naddrs, result;

	if (n < 0 || n > PARAMS_ADDRS) {
		dropped++;
		n = n < 0 ? 0 : PARAMS_ADDRS;
	}
	for (i = 0; i < n; i++) {
		result = validate_addr(&p->addrs[i]);
		if (result == -1 || find_addr(&kept, &p->addrs[i]) != NULL) {
			dropped++;
			continue;
		}
		dropped += result;
		kept.addrs[kept.naddrs++] = p->addrs[i];
	}
	memcpy(p->addrs, kept.addrs, sizeof(p->addrs));
	p->naddrs = kept.naddrs;
	return dropped;
}

int
params_validate(struct params *p)
{
	static const uint8_t zero[6];
	int dropped = 0;

	p->name[sizeof(p->name) - 1] = '\0';
	p->flags &= PARAM_UP | PARAM_RUNNING;
	p->mtu_max = 0;
	if (p->linktype != LINK_ANY && p->linktype != LINK_ETHERNET &&
	    p->linktype != LINK_RAW) {
		p->linktype = LINK_ANY;
		dropped++;
	}
	if (p->have_mac &&
	    ((p->mac[0] & 1) != 0 || memcmp(p->mac, zero, 6) == 0)) {
		p->have_mac = false;
		dropped++;
	}
	if (p->have_mtu && p->mtu < MTU_MIN) {
		p->have_mtu = false;
		dropped++;
	}
	if (p->mtu > MTU_MAX)
		p->mtu = MTU_MAX;
	if (p->speed > PARAMS_SPEED_MAX) {
		p->speed = 0;
		dropped++;
	}
	if (!p->have_addrs) {
		p->naddrs = 0;
		return dropped;
	}
	return dropped + validate_addrs(p);
}

/*
 * Whether an address of ours must be removed from the doll: it is not wanted
 * any more, or wanted with another broadcast address, which cannot be changed
 * in place.
 */
static bool
addr_goes(const struct param_addr *was, const struct params *doll,
    const struct params *want)
{
	const struct param_addr *now = find_addr(doll, was);
	const struct param_addr *then = find_addr(want, was);

	if (now == NULL)
		return false;
	return then == NULL ||
	    (!params_addr_equal(then, was) && !params_addr_equal(then, now));
}

static int
diff_addrs(const struct params *doll, const struct params *want,
    const struct params *ours, struct param_change *out)
{
	const struct param_addr *was;
	int i, n = 0;

	for (i = 0; ours != NULL && i < ours->naddrs; i++)
		if (addr_goes(&ours->addrs[i], doll, want)) {
			out[n].what = PARAM_DEL_ADDR;
			out[n++].addr = *find_addr(doll, &ours->addrs[i]);
		}
	for (i = 0; i < want->naddrs; i++) {
		was = ours ? find_addr(ours, &want->addrs[i]) : NULL;
		if (find_addr(doll, &want->addrs[i]) == NULL ||
		    (was != NULL && addr_goes(was, doll, want))) {
			out[n].what = PARAM_ADD_ADDR;
			out[n++].addr = want->addrs[i];
		}
	}
	return n;
}

int
params_diff(const struct params *doll, const struct params *want,
    const struct params *ours, struct param_change *out)
{
	uint32_t mtu = want->mtu;
	int n = 0;

	memset(out, 0, PARAMS_CHANGES * sizeof(*out));
	if (want->have_mac && doll->linktype != LINK_RAW &&
	    (!doll->have_mac || memcmp(doll->mac, want->mac, 6) != 0)) {
		out[n].what = PARAM_SET_MAC;
		memcpy(out[n++].mac, want->mac, 6);
	}
	if (doll->mtu_max != 0 && mtu > doll->mtu_max)
		mtu = doll->mtu_max;
	if (want->have_mtu && (!doll->have_mtu || doll->mtu != mtu)) {
		out[n].what = PARAM_SET_MTU;
		out[n++].mtu = mtu;
	}
	if (want->speed != 0 && doll->speed != 0 &&
	    (want->speed != doll->speed ||
		want->half_duplex != doll->half_duplex)) {
		out[n].what = PARAM_SET_SPEED;
		out[n].speed = want->speed;
		out[n++].half_duplex = want->half_duplex;
	}
	if (want->have_addrs)
		n += diff_addrs(doll, want, ours, out + n);
	return n;
}

const char *
params_print(const struct params *p, char *out, size_t size)
{
	struct text t = text_begin(out, size);
	char text[ADDR_TEXT];
	const char *comma = "";
	int i;

	if (p->have_mac) {
		text_add(&t, "%s", addr_mac(p->mac, text));
		comma = ", ";
	}
	if (p->have_mtu) {
		text_add(&t, "%sMTU %u", comma, (unsigned)p->mtu);
		comma = ", ";
	}
	for (i = 0; p->have_addrs && i < p->naddrs; i++) {
		text_add(&t, "%s%s", comma,
		    addr_ntop(&p->addrs[i].addr, text, sizeof(text)));
		comma = ", ";
		if (p->addrs[i].kind == PARAM_PEER)
			text_add(&t, " peer %s",
			    addr_ntop(&p->addrs[i].other, text, sizeof(text)));
	}
	return out;
}

bool
params_name_ok(const char *name)
{
	/* white space by Linux's lib/ctype.c, which includes Latin-1's */
	static const char never[] = "/: \t\n\v\f\r\xa0";
	size_t len = strlen(name);

	return len > 0 && len < PARAMS_NAME &&
	    name[strcspn(name, never)] == '\0' && strcmp(name, ".") != 0 &&
	    strcmp(name, "..") != 0;
}
