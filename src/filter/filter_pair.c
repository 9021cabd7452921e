/* SPDX-License-Identifier: ISC */
/* Parses and prints pairs of TCP end points. */
#include <stdio.h>
#include <string.h>

#include "filter/filter_pair.h"
#include "text.h"

#define PAIR_TEXT 256

int
filter_pair_check(const struct filter_pair *p, char *why, size_t size)
{
	uint16_t src = p->src.addr_type, dst = p->dst.addr_type;

	if (src == 0 && dst == 0 && p->sport == 0 && p->dport == 0) {
		(void)snprintf(why, size,
		    "a pair of nothing but wildcards leaves "
		    "no TCP to capture: use -f 'not tcp' for that");
		return -1;
	}
	if (src != 0 && dst != 0 && src != dst) {
		(void)snprintf(why, size,
		    "IPv4 on one side and IPv6 on the other");
		return -1;
	}
	return 0;
}

bool
filter_pair_may_be(const struct filter_pair *p, uint16_t addr_type)
{
	return (p->src.addr_type == ADDR_TYPE_NONE ||
		   p->src.addr_type == addr_type) &&
	    (p->dst.addr_type == ADDR_TYPE_NONE ||
		p->dst.addr_type == addr_type);
}

static int
parse_port(const char *text, uint16_t *port, char *why, size_t size)
{
	uint32_t n;

	*port = 0;
	if (strcmp(text, "*") == 0)
		return 0;
	if (!text_number(text, 1, UINT16_MAX, &n)) {
		(void)snprintf(why, size,
		    "'%s' is no port: 1 to 65535, or * for any", text);
		return -1;
	}
	*port = (uint16_t)n;
	return 0;
}

static int
parse_host(const char *text, struct addr *out, char *why, size_t size)
{
	memset(out, 0, sizeof(*out));
	if (strcmp(text, "*") == 0)
		return 0;
	if (strchr(text, '/') != NULL || addr_parse(text, out) == -1) {
		(void)snprintf(why, size,
		    "'%s' is no numeric address, nor * for any", text);
		return -1;
	}
	return 0;
}

/* Parses "addr:port" or "[v6]:port"; changes text. */
static int
parse_end(char *text, struct addr *out, uint16_t *port, char *why, size_t size)
{
	char *colon = strrchr(text, ':');

	if (colon == NULL) {
		(void)snprintf(why, size, "'%s' lacks its :port", text);
		return -1;
	}
	if (*text == '[' && colon[-1] == ']') {
		text++;
		colon[-1] = '\0';
	} else if (strchr(text, ':') != colon || *text == '[') {
		(void)snprintf(why, size,
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

/* Splits text.  Returns how many words there are; stores max at most. */
static int
split(char *text, const char *separators, char *words[], int max)
{
	char *rest, *word;
	int n = 0;

	word = strtok_r(text, separators, &rest);
	for (; word != NULL; word = strtok_r(NULL, separators, &rest))
		if (n++ < max)
			words[n - 1] = word;
	return n;
}

static const char *
end_print(const struct addr *a, uint16_t port, char *out, size_t size)
{
	char text[ADDR_TEXT] = "*", number[8] = "*";
	struct addr host = addr_host(a);
	bool six = a->addr_type == ADDR_TYPE_IP6;

	if (a->addr_type != ADDR_TYPE_NONE)
		(void)addr_ntop(&host, text, sizeof(text));
	if (port != 0)
		(void)snprintf(number, sizeof(number), "%u", port);
	(void)snprintf(out, size, "%s%s%s:%s", six ? "[" : "", text,
	    six ? "]" : "", number);
	return out;
}

const char *
filter_pairs_print(const struct filter_pair *pairs, int n, char *out,
    size_t size)
{
	char src[ADDR_TEXT + 16], dst[ADDR_TEXT + 16];
	struct text t = text_begin(out, size);
	int i;

	for (i = 0; i < n; i++)
		text_add(&t, "%s%s - %s", i > 0 ? ", " : "",
		    end_print(&pairs[i].src, pairs[i].sport, src, sizeof(src)),
		    end_print(&pairs[i].dst, pairs[i].dport, dst, sizeof(dst)));
	return out;
}

int
filter_pair_parse(const char *text, struct filter_pair *out, char *why,
    size_t size)
{
	char copy[PAIR_TEXT], *words[4];
	int result;

	memset(out, 0, sizeof(*out));
	(void)snprintf(copy, sizeof(copy), "%s", text);
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
		(void)snprintf(why, size,
		    "'%.60s' is neither "
		    "address:port,address:port nor SSH_CONNECTION's four words",
		    text);
	return result == 0 ? filter_pair_check(out, why, size) : -1;
}
