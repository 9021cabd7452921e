/* SPDX-License-Identifier: ISC */
/*
 * The words that libpcap's scanner knows.  A word that is not in these tables
 * would be looked up as a name, and refused.
 */
#include <sys/types.h>
#include <sys/socket.h>
#include <netinet/in.h>
#include <arpa/inet.h>
#include <ctype.h>
#include <string.h>

#include "filter/filter_words.h"

static const struct filter_keyword keywords[] = { { "and", JOIN, 0 },
	{ "&&", JOIN, 0 }, { "or", JOIN, 0 }, { "||", JOIN, 0 },
	{ "not", END, 0 }, { "src", SIDE, 0 }, { "dst", SIDE, 0 },
	{ "host", KIND, HOST }, { "net", KIND, NET }, { "port", KIND, PORT },
	{ "portrange", KIND, PORTRANGE }, { "proto", KIND, PROTO },
	{ "protochain", KIND, PROTO }, { "gateway", KIND, GATEWAY },
	{ "ip", UNDER, IP4 }, { "arp", UNDER, IP4 }, { "rarp", UNDER, IP4 },
	{ "ip6", UNDER, IP6 }, { "ipv6", UNDER, IP6 }, { "tcp", UNDER, TCP },
	{ "udp", UNDER, UDP }, { "sctp", UNDER, SCTP }, { "type", LITERAL, 0 },
	{ "subtype", LITERAL, 0 }, { "dir", LITERAL, 0 },
	{ "direction", LITERAL, 0 }, { "on", LITERAL, 0 },
	{ "ifname", LITERAL, 0 }, { "rset", LITERAL, 0 },
	{ "ruleset", LITERAL, 0 }, { "reason", LITERAL, 0 },
	{ "action", LITERAL, 0 }, { "llc", LITERAL, 0 } };

/*
 * Protocols that can stand before "host" and "net", but whose hosts have no
 * Internet addresses.
 */
static const char *const others[] = { "link", "ether", "ppp", "slip", "fddi",
	"tr", "wlan", "icmp", "icmp6", "igmp", "igrp", "pim", "vrrp", "carp",
	"ah", "esp", "atalk", "aarp", "decnet", "lat", "sca", "moprc", "mopdl",
	"iso", "esis", "es-is", "isis", "is-is", "clnp", "stp", "ipx",
	"netbeui", "radio", "l1", "l2", "iih", "lsp", "snp", "csnp", "psnp" };

/* Words that are never names, wherever they stand. */
static const char *const ends[] = { "icmptype", "icmpcode", "icmp6type",
	"icmp6code", "tcpflags", "mask", "less", "greater", "byte", "broadcast",
	"multicast", "len", "length", "inbound", "outbound", "ifindex", "vlan",
	"svlan", "mpls", "pppoed", "pppoes", "geneve", "vxlan", "lane", "metac",
	"bcc", "oam", "oamf4", "oamf4ec", "oamf4sc", "sc", "ilmic", "vpi",
	"vci", "connectmsg", "metaconnect", "rnr", "rulenum", "srnr",
	"subrulenum", "address1", "address2", "address3", "address4", "addr1",
	"addr2", "addr3", "addr4", "ra", "ta", "fisu", "lssu", "lsu", "msu",
	"hfisu", "hlssu", "hmsu", "sio", "opc", "dpc", "sls", "hsio", "hopc",
	"hdpc", "hsls" };

static bool
listed(const char *const *list, size_t n, const char *word)
{
	while (n-- > 0)
		if (strcmp(*list++, word) == 0)
			return true;
	return false;
}

static bool
is_constant(const char *word)
{
	return strncmp(word, "tcp-", 4) == 0 ||
	    strncmp(word, "icmp-", 5) == 0 || strncmp(word, "icmp6-", 6) == 0;
}

bool
filter_keyword(const char *word, struct filter_keyword *out)
{
	size_t i;

	for (i = 0; i < sizeof(keywords) / sizeof(*keywords); i++)
		if (strcmp(keywords[i].text, word) == 0) {
			*out = keywords[i];
			return true;
		}
	*out = (struct filter_keyword) { word, END, 0 };
	if (listed(others, sizeof(others) / sizeof(*others), word)) {
		out->what = UNDER;
		out->value = OTHER;
		return true;
	}
	return is_constant(word) ||
	    listed(ends, sizeof(ends) / sizeof(*ends), word);
}

/* aa-bb-cc-dd-ee-ff (- or .), aabb.ccdd.eeff, aabbccddeeff */
static bool
is_ether(const char *word)
{
	static const char hex[] = "0123456789abcdefABCDEF";
	char separator = word[strspn(word, hex)];
	size_t n, longest = 0, groups = 0;

	for (;; word += n + 1) {
		n = strspn(word, hex);
		longest = n > longest ? n : longest;
		groups++;
		if (n == 0 || (word[n] != '\0' && word[n] != separator))
			return false;
		if (word[n] == '\0')
			break;
	}
	return (groups == 6 && longest <= 2) ||
	    (groups == 3 && longest == 4 && separator == '.') ||
	    (groups == 1 && longest == 12);
}

bool
filter_literal(const char *word)
{
	if (*word == '$' || strchr(word, ':') != NULL || is_ether(word))
		return true;
	if (strncmp(word, "0x", 2) == 0 || strncmp(word, "0X", 2) == 0)
		return word[2 + strspn(word + 2, "0123456789abcdefABCDEF")] ==
		    '\0';
	return word[strspn(word, "0123456789.")] == '\0';
}

/* "1.2.3.4", "10.1", "80": one to four numbers with dots between them. */
static bool
is_dotted(const char *word)
{
	size_t n;
	int groups = 0;

	for (;; word += n + 1) {
		n = strspn(word, "0123456789");
		if (n == 0 || ++groups > 4 ||
		    (word[n] != '\0' && word[n] != '.'))
			return false;
		if (word[n] == '\0')
			return true;
	}
}

/* aa:bb:cc:dd:ee:ff, or IPv6. */
static bool
is_colons(const char *word)
{
	static const char hex[] = "0123456789abcdefABCDEF";
	const char *p = word;
	struct in6_addr a;
	size_t n;
	int groups = 0;

	if (inet_pton(AF_INET6, word, &a) == 1)
		return true;
	for (; (n = strspn(p, hex)) == 1 || n == 2; p += n + 1) {
		groups++;
		if (p[n] != ':')
			break;
	}
	return groups == 6 && p[n] == '\0';
}

bool
filter_literal_exact(const char *word)
{
	if (*word == '$')
		return strlen(word) <= 3 &&
		    word[1 + strspn(word + 1, "0123456789abcdefABCDEF")] ==
		    '\0';
	if (strchr(word, ':') != NULL)
		return is_colons(word);
	return is_ether(word) || is_dotted(word) ||
	    strncmp(word, "0x", 2) == 0 || strncmp(word, "0X", 2) == 0;
}

size_t
filter_bracket_length(const char *s)
{
	size_t n = 0;
	int depth = 0;

	do {
		depth += s[n] == '[' ? 1 : s[n] == ']' ? -1 : 0;
		n++;
	} while (depth > 0 && s[n] != '\0');
	return n;
}

size_t
filter_word_length(const char *s)
{
	size_t n = 1;

	if (strncmp(s, "&&", 2) == 0 || strncmp(s, "||", 2) == 0)
		return 2;
	if (*s == '\\')
		return n + strcspn(s + n, " !()\n\t");
	if (!isalnum((unsigned char)*s) && *s != ':' && *s != '$')
		return 0;
	while (isalnum((unsigned char)s[n]) ||
	    (s[n] != '\0' && strchr("_.-:", s[n]) != NULL))
		n++;
	while (s[n - 1] == '-' || s[n - 1] == '_')
		n--;
	return n;
}
