/* SPDX-License-Identifier: ISC */
/*
 * The keywords of libpcap's language, and what they mean for names behind them.
 * Only filter_resolve.c uses them.
 */
#ifndef FILTER_WORDS_H
#define FILTER_WORDS_H

#include <stdbool.h>
#include <stddef.h>

enum kind { HOST, NET, PORT, PORTRANGE, PROTO, GATEWAY };
enum under { ANY, IP4, IP6, TCP, UDP, SCTP, OTHER };

struct filter_keyword {
	const char *text;
	enum {
		END, /* it ends a head and is not in this list */
		JOIN, /* and, or: "src or dst" is one head */
		SIDE, /* src, dst */
		KIND, /* value: enum kind */
		UNDER, /* value: enum under */
		LITERAL, /* a name of libpcap's own follows */
	} what;
	int value;
};

/* Whether the word is a keyword; *out describes it. */
bool filter_keyword(const char *word, struct filter_keyword *out);

/* Whether libpcap can read the word as a number or an address. */
bool filter_literal(const char *word);

/* Whether libpcap can read the word only as a number or an address. */
bool filter_literal_exact(const char *word);

/* Bytes of the word at the start of the text; 0: no word begins there. */
size_t filter_word_length(const char *text);

/* Bytes of the bracket "[...]" at the start of the text; it has no names. */
size_t filter_bracket_length(const char *text);

#endif
