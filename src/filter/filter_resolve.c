/* SPDX-License-Identifier: ISC */
/*
 * Theory of operation.  In libpcap's language a word that is no keyword, number
 * or address is a name.  The words in front of the name, its head, tell its
 * kind: "src port http" has a direction, a kind and a name.  A direction or a
 * kind may be missing.  In a list ("host a or b") the head holds for all names,
 * until the next head begins.
 */
#include <sys/types.h>
#include <sys/socket.h>
#include <netinet/in.h>
#include <ctype.h>
#include <errno.h>
#include <netdb.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "filter/filter.h"
#include "filter/filter_words.h"
#include "text.h"

#define NAME_TEXT  256
#define HOST_ADDRS 16

struct rewrite {
	/* NULL: refuse all names; a word counts as an address only if libpcap
	 * can read it as nothing else */
	const struct filter_names *names;
	char *out, *why;
	size_t size, len, whysize;
	enum kind kind;
	enum under under;
	bool in_head; /* the last word belonged to a head */
	bool side; /* the last word was src or dst */
	bool side_or; /* the last words were "src or": "dst" continues them */
	bool literal; /* the last word was LITERAL: the next one is no name */
	bool meant; /* the head has a direction or a kind: a name is meant */
	bool later; /* no name server has answered, but one may later */
};

static int __attribute__((format(printf, 2, 3)))
fail(struct rewrite *r, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(r->why, r->whysize, fmt, ap);
	va_end(ap);
	return -1;
}

static int
put_bytes(struct rewrite *r, const char *text, size_t len)
{
	if (r->len + len >= r->size)
		return fail(r, "longer than %zu bytes with its names resolved",
		    r->size - 1);
	memcpy(r->out + r->len, text, len);
	r->len += len;
	r->out[r->len] = '\0';
	return 0;
}

static int
put_text(struct rewrite *r, const char *text)
{
	return put_bytes(r, text, strlen(text));
}

static int
put_number(struct rewrite *r, int n)
{
	char text[16];

	(void)snprintf(text, sizeof(text), "%d", n);
	return put_text(r, text);
}

static int
put_addr(struct rewrite *r, const struct addr *a)
{
	char text[ADDR_TEXT];

	if (addr_ntop(a, text, sizeof(text)) == NULL)
		return fail(r, "an address that cannot be written");
	return put_text(r, text);
}

/* ---- the names as this machine knows them ---- */

static bool
is_listed(const struct addr *a, const struct addr *list, int n)
{
	while (n-- > 0)
		if (addr_same(a, list++))
			return true;
	return false;
}

static int
system_host(const char *name, struct addr *out, int max)
{
	struct addrinfo hints, *list, *i;
	struct addr a;
	int n = 0, error;

	memset(&hints, 0, sizeof(hints));
	hints.ai_socktype = SOCK_STREAM;
	error = getaddrinfo(name, NULL, &hints, &list);
	if (error == EAI_AGAIN || error == EAI_FAIL || error == EAI_SYSTEM ||
	    error == EAI_MEMORY) /* nobody has answered */
		return -1;
	if (error != 0)
		return 0;
	for (i = list; i != NULL && n < max; i = i->ai_next)
		if (addr_from_sockaddr(i->ai_addr, &a, NULL) == 0 &&
		    !is_listed(&a, out, n))
			out[n++] = a;
	freeaddrinfo(list);
	return n;
}

/* networks(5) omits zero octets at the end: 127 is 127.0.0.0/8. */
static int
system_net(const char *name, struct addr *out)
{
	struct netent *e = getnetbyname(name);
	uint32_t net;
	unsigned bits = 32;

	if (e == NULL || e->n_addrtype != AF_INET)
		return -1;
	for (net = e->n_net; net != 0 && net >> 24 == 0; net <<= 8)
		bits -= 8;
	net = htonl(net);
	memset(out, 0, sizeof(*out));
	addr_pack(out, ADDR_TYPE_IP, bits, &net, IP_ADDR_LEN);
	return 0;
}

static int
system_port(const char *name, const char *transport)
{
	struct servent *e = getservbyname(name, transport);

	return e == NULL ? -1 : ntohs(e->s_port);
}

static int
system_proto(const char *name)
{
	struct protoent *e = getprotobyname(name);

	return e == NULL ? -1 : e->p_proto;
}

const struct filter_names filter_names_system = { system_host, system_net,
	system_port, system_proto };

/* ---- one name ---- */

static bool
addr_suits(const struct addr *a, enum under under)
{
	return under == IP4 ? a->addr_type == ADDR_TYPE_IP :
	    under == IP6    ? a->addr_type == ADDR_TYPE_IP6 :
			      true;
}

static int
put_host(struct rewrite *r, const char *name)
{
	struct addr addrs[HOST_ADDRS];
	int i, n, suiting = 0;

	if (r->under == OTHER)
		return fail(r, "'%s': only an address can stand here", name);
	n = r->names != NULL ? r->names->host(name, addrs, HOST_ADDRS) : 0;
	r->later = n == -1 && r->meant;
	if (r->later)
		return fail(r, "host '%s': no answer from a name server", name);
	if (n <= 0)
		return fail(r, "unknown host '%s'", name);
	for (i = 0; i < n; i++)
		if (addr_suits(&addrs[i], r->under))
			addrs[suiting++] = addrs[i];
	if (suiting == 0)
		return fail(r, "host '%s' has no %s address", name,
		    r->under == IP4 ? "IPv4" : "IPv6");
	if (suiting > 1 && put_text(r, "(") == -1)
		return -1;
	for (i = 0; i < suiting; i++)
		if ((i > 0 && put_text(r, " or ") == -1) ||
		    put_addr(r, &addrs[i]) == -1)
			return -1;
	return suiting > 1 ? put_text(r, ")") : 0;
}

static int
put_net(struct rewrite *r, const char *name)
{
	struct addr net;

	if (r->names == NULL || r->names->net(name, &net) == -1)
		return fail(r, "unknown network '%s'", name);
	return put_addr(r, &net);
}

static int
port_number(struct rewrite *r, const char *text)
{
	uint32_t n;

	if (text[strspn(text, "0123456789")] == '\0')
		return text_number(text, 0, UINT16_MAX, &n) ? (int)n : -1;
	if (r->names == NULL)
		return -1;
	return r->names->port(text,
	    r->under == TCP	 ? "tcp" :
		r->under == UDP	 ? "udp" :
		r->under == SCTP ? "sctp" :
				   NULL);
}

static int
put_port(struct rewrite *r, const char *name)
{
	int port = port_number(r, name);

	if (port == -1)
		return fail(r, "unknown port '%s'", name);
	return put_number(r, port);
}

/* Port names may have dashes: splits at the first dash between two ports. */
static int
put_portrange(struct rewrite *r, const char *name)
{
	char first[NAME_TEXT];
	const char *dash = name;
	int from, to;

	while ((dash = strchr(dash, '-')) != NULL) {
		(void)snprintf(first, sizeof(first), "%.*s", (int)(dash - name),
		    name);
		from = port_number(r, first);
		to = port_number(r, ++dash);
		if (from != -1 && to != -1)
			return put_number(r, from) == -1 ||
				put_text(r, "-") == -1 ?
			    -1 :
			    put_number(r, to);
	}
	return put_port(r, name);
}

static int
put_proto(struct rewrite *r, const char *name)
{
	int proto;

	if (r->under == OTHER)
		return put_text(r, "\\") == -1 ? -1 : put_text(r, name);
	proto = r->names != NULL ? r->names->proto(name) : -1;
	if (proto == -1)
		return fail(r, "unknown protocol '%s'", name);
	return put_number(r, proto);
}

static int
put_name(struct rewrite *r, const char *name)
{
	switch (r->kind) {
	case HOST:
		return put_host(r, name);
	case NET:
		return put_net(r, name);
	case PORT:
		return put_port(r, name);
	case PORTRANGE:
		return put_portrange(r, name);
	case PROTO:
		return put_proto(r, name);
	case GATEWAY:
	default:
		return fail(r,
		    "gateway %s cannot be said to another machine: "
		    "use 'ether host MAC and not host ADDRESS'",
		    name);
	}
}

/* ---- words ---- */

static void
leave_head(struct rewrite *r)
{
	r->in_head = r->side = r->side_or = r->literal = false;
}

static void
take_head(struct rewrite *r, const struct filter_keyword *k)
{
	if (!r->in_head && !(k->what == SIDE && r->side_or)) {
		r->kind = HOST;
		r->under = ANY;
		r->meant = false;
	}
	leave_head(r);
	r->in_head = true;
	r->meant |= k->what == SIDE || k->what == KIND;
	r->side = k->what == SIDE;
	if (k->what == KIND)
		r->kind = k->value;
	if (k->what == UNDER)
		r->under = k->value;
}

static void
take_keyword(struct rewrite *r, const struct filter_keyword *k)
{
	bool side = r->side;

	if (k->what == SIDE || k->what == KIND || k->what == UNDER) {
		take_head(r, k);
		return;
	}
	leave_head(r);
	r->side_or = k->what == JOIN && side;
	r->literal = k->what == LITERAL;
}

static int
take_word(struct rewrite *r, const char *word)
{
	bool literal = r->literal ||
	    (filter_literal(word) &&
		(r->names != NULL || filter_literal_exact(word)));
	struct filter_keyword k;

	if (filter_keyword(word, &k)) {
		take_keyword(r, &k);
		return put_text(r, word);
	}
	leave_head(r);
	if (literal)
		return put_text(r, word);
	return put_name(r, *word == '\\' ? word + 1 : word);
}

static int
rewrite(struct rewrite *r, const char *s)
{
	char word[NAME_TEXT];
	size_t n;

	for (; *s != '\0'; s += n) {
		n = filter_word_length(s);
		if (n >= sizeof(word))
			return fail(r, "a word of %zu letters", n);
		if (n == 0) {
			n = *s == '[' ? filter_bracket_length(s) : 1;
			if (!isspace((unsigned char)*s))
				leave_head(r);
			if (put_bytes(r, s, n) == -1)
				return -1;
			continue;
		}
		memcpy(word, s, n);
		word[n] = '\0';
		if (take_word(r, word) == -1)
			return -1;
	}
	return 0;
}

int
filter_resolve(const struct filter_names *names, const char *expr, char *out,
    size_t size, char *why, size_t whysize)
{
	struct rewrite r = { .names = names,
		.out = out,
		.size = size < FILTER_TEXT ? size : FILTER_TEXT,
		.why = why,
		.whysize = whysize };

	if (put_bytes(&r, "", 0) == 0 && rewrite(&r, expr) == 0)
		return 0;
	errno = r.later ? EAGAIN : EINVAL;
	return -1;
}

int
filter_check_foreign(const char *expr, char *why, size_t whysize)
{
	char out[FILTER_TEXT], reason[FILTER_TEXT];
	struct rewrite r = { .out = out,
		.size = sizeof(out),
		.why = reason,
		.whysize = sizeof(reason) };
	const char *p;

	for (p = expr; *p != '\0'; p++)
		if ((*p < ' ' && !isspace((unsigned char)*p)) || *p > '~') {
			(void)snprintf(why, whysize, "it is not plain ASCII");
			return -1;
		}
	out[0] = '\0';
	if (rewrite(&r, expr) == 0)
		return 0;
	(void)snprintf(why, whysize,
	    "the other side must resolve the names in it: %s", reason);
	return -1;
}
