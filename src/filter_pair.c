/*
 * A program that reads behind the end of a frame refuses the frame.  So that
 * foreign runts pass, every expression first asks for the length that each
 * of our own frames has, and reads the ports only of frames between our own
 * addresses, or behind a check of the length of their own.
 *
 * Later fragments have no ports: the addresses decide alone.  Where a pair
 * has ports but no address, they cannot be judged and are not ours: all
 * fragments of everybody would vanish otherwise.
 *
 * The first fragment of a datagram in IPv6 counts as a later one does: what
 * follows it is lost in any case, and a comparison of its ports, elsewhere
 * than usual, would cost 10 instructions in each program.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "filter_pair.h"

#define IP_HEADER    20
#define IP6_HEADER   40
#define IP6_FRAGMENT 8
#define PAIR_TEXT    256

int
filter_pair_check(const struct filter_pair *p, char *why, size_t size)
{
	uint16_t src = p->src.addr_type, dst = p->dst.addr_type;

	if (src == 0 && dst == 0 && p->sport == 0 && p->dport == 0) {
		snprintf(why, size,
		    "a pair of nothing but wildcards leaves "
		    "no TCP to capture: use -f 'not tcp' for that");
		return -1;
	}
	if (src != 0 && dst != 0 && src != dst) {
		snprintf(why, size, "IPv4 on one side and IPv6 on the other");
		return -1;
	}
	return 0;
}

static int
parse_port(const char *text, uint16_t *port, char *why, size_t size)
{
	unsigned long n;
	char *end;

	*port = 0;
	if (strcmp(text, "*") == 0)
		return 0;
	n = strtoul(text, &end, 10);
	if (*text < '0' || *text > '9' || *end != '\0' || n < 1 || n > 65535) {
		snprintf(why, size, "'%s' is no port: 1 to 65535, or * for any",
		    text);
		return -1;
	}
	*port = n;
	return 0;
}

static int
parse_host(const char *text, struct addr *out, char *why, size_t size)
{
	memset(out, 0, sizeof(*out));
	if (strcmp(text, "*") == 0)
		return 0;
	if (strchr(text, '/') != NULL || addr_parse(text, out) == -1) {
		snprintf(why, size, "'%s' is no numeric address, nor * for any",
		    text);
		return -1;
	}
	return 0;
}

/* "addr:port", "[v6]:port"; text is taken apart. */
static int
parse_end(char *text, struct addr *out, uint16_t *port, char *why, size_t size)
{
	char *colon = strrchr(text, ':');

	if (colon == NULL) {
		snprintf(why, size, "'%s' lacks its :port", text);
		return -1;
	}
	if (*text == '[' && colon[-1] == ']') {
		text++;
		colon[-1] = '\0';
	} else if (strchr(text, ':') != colon || *text == '[') {
		snprintf(why, size,
		    "'%s': IPv6 goes into brackets, [address]:port", text);
		return -1;
	}
	*colon = '\0';
	if (parse_host(text, out, why, size) == -1)
		return -1;
	return parse_port(colon + 1, port, why, size);
}

static int
parse_words(char *words[4], struct filter_pair *out, char *why, size_t size)
{
	if (parse_host(words[0], &out->src, why, size) == -1 ||
	    parse_port(words[1], &out->sport, why, size) == -1 ||
	    parse_host(words[2], &out->dst, why, size) == -1)
		return -1;
	return parse_port(words[3], &out->dport, why, size);
}

static int
parse_ends(char *words[2], struct filter_pair *out, char *why, size_t size)
{
	if (parse_end(words[0], &out->src, &out->sport, why, size) == -1)
		return -1;
	return parse_end(words[1], &out->dst, &out->dport, why, size);
}

/* Returns how many words there are; those above max are not stored. */
static int
split(char *text, const char *separators, char *words[], int max)
{
	char *rest, *word;
	int n = 0;

	for (word = strtok_r(text, separators, &rest); word != NULL;
	     word = strtok_r(NULL, separators, &rest))
		if (n++ < max)
			words[n - 1] = word;
	return n;
}

int
filter_pair_parse(const char *text, struct filter_pair *out, char *why,
    size_t size)
{
	char copy[PAIR_TEXT], *words[4];
	int result;

	memset(out, 0, sizeof(*out));
	snprintf(copy, sizeof(copy), "%s", text);
	if (strlen(text) >= sizeof(copy))
		result = 1;
	else if (strchr(text, ',') != NULL)
		result = split(copy, ", ", words, 2) == 2 ?
		    parse_ends(words, out, why, size) :
		    1;
	else
		result = split(copy, " \t", words, 4) == 4 ?
		    parse_words(words, out, why, size) :
		    1;
	if (result == 1)
		snprintf(why, size,
		    "'%.60s' is neither "
		    "address:port,address:port nor SSH_CONNECTION's four words",
		    text);
	return result == 0 ? filter_pair_check(out, why, size) : -1;
}

static bool
pair_has(const struct filter_pair *p, uint16_t family)
{
	return (p->src.addr_type == 0 || p->src.addr_type == family) &&
	    (p->dst.addr_type == 0 || p->dst.addr_type == family);
}

static bool
pairs_have(const struct filter_pair *p, int n, uint16_t family)
{
	while (n-- > 0)
		if (pair_has(p++, family))
			return true;
	return false;
}

static void
put_addr(FILE *f, const char *side, const struct addr *a)
{
	const uint8_t *b = a->addr_data8;
	int i;

	if (a->addr_type == ADDR_TYPE_IP) {
		fprintf(f, "ip %s host %u.%u.%u.%u", side, b[0], b[1], b[2],
		    b[3]);
		return;
	}
	fprintf(f, "ip6 %s host ", side);
	for (i = 0; i < IP6_ADDR_LEN; i += 2)
		fprintf(f, "%s%x", i > 0 ? ":" : "", b[i] << 8 | b[i + 1]);
}

/* tcp: "tcp[" or "ip6[40+"; two ports are one comparison. */
static void
put_ports(FILE *f, const char *tcp, uint16_t sport, uint16_t dport)
{
	if (sport != 0 && dport != 0)
		fprintf(f, "%s0:4] = 0x%04x%04x", tcp, sport, dport);
	else if (sport != 0)
		fprintf(f, "%s0:2] = %u", tcp, sport);
	else
		fprintf(f, "%s2:2] = %u", tcp, dport);
}

/* What of a frame of the right addresses, or of anybody's, is ours. */
static void
put_segment(FILE *f, bool ip6, unsigned header, const struct filter_pair *p)
{
	if (p->src.addr_type != 0 || p->dst.addr_type != 0)
		fprintf(f, " and (%s or ",
		    ip6 ? "ip6[6] = 44" : "ip[6:2] & 0x1fff != 0");
	else if (ip6)
		fprintf(f, "(ip6[6] = 6 and ");
	else
		fprintf(f, "(len >= %u + 4 * (ip[0] & 15) and ", header + 4);
	put_ports(f, ip6 ? "ip6[40+" : "tcp[", p->sport, p->dport);
	fputc(')', f);
}

/* Frames from src to dst. */
static void
put_way(FILE *f, bool ip6, unsigned header, const struct filter_pair *p)
{
	fputc('(', f);
	if (p->src.addr_type != 0)
		put_addr(f, "src", &p->src);
	if (p->src.addr_type != 0 && p->dst.addr_type != 0)
		fputs(" and ", f);
	if (p->dst.addr_type != 0)
		put_addr(f, "dst", &p->dst);
	if (p->sport != 0 || p->dport != 0)
		put_segment(f, ip6, header, p);
	fputc(')', f);
}

static void
put_family(FILE *f, bool ip6, unsigned header, const struct filter_pair *p,
    int n)
{
	const char * or = "";
	struct filter_pair back;

	if (ip6)
		fprintf(f,
		    "(len >= %u and ip6 and "
		    "(ip6[6] = 6 or (ip6[6] = 44 and ip6[40] = 6)) and (",
		    header + IP6_HEADER + IP6_FRAGMENT);
	else
		fputs("(ip proto 6 and (", f);
	for (; n > 0; n--, p++) {
		if (!pair_has(p, ip6 ? ADDR_TYPE_IP6 : ADDR_TYPE_IP))
			continue;
		back = (struct filter_pair) { p->dst, p->src, p->dport,
			p->sport };
		fputs(or, f);
		put_way(f, ip6, header, p);
		fputs(" or ", f);
		put_way(f, ip6, header, &back);
		or = " or ";
	}
	fputs("))", f);
}

char *
filter_pair_expression(const struct filter_pair *p, int n, const char *inside,
    unsigned header)
{
	bool ip4 = pairs_have(p, n, ADDR_TYPE_IP);
	bool ip6 = pairs_have(p, n, ADDR_TYPE_IP6);
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	if (f == NULL)
		return NULL;
	fprintf(f, "not (len >= %u and %s(", header + IP_HEADER, inside);
	if (ip4)
		put_family(f, false, header, p, n);
	if (ip4 && ip6)
		fputs(" or ", f);
	if (ip6)
		put_family(f, true, header, p, n);
	fputs("))", f);
	if (fclose(f) == 0)
		return text;
	free(text);
	return NULL;
}
