/*
 * The words of libpcap's language, as far as names in it need them.  Used
 * inside the filter only.
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
		END, /* means nothing to names */
		JOIN, /* and, or: the head goes on behind it */
		SIDE, /* src, dst */
		KIND, /* value: enum kind */
		UNDER, /* value: enum under */
		LITERAL, /* a name of libpcap's own follows */
	} what;
	int value;
};

/* Whether it is one; *out says which. */
bool filter_keyword(const char *word, struct filter_keyword *out);

/* A number, or an address that libpcap reads as such. */
bool filter_literal(const char *word);

/* One of these that libpcap's scanner cannot read as a name either. */
bool filter_literal_exact(const char *word);

/* How much of the text is one word; 0: a character that is none. */
size_t filter_word_length(const char *text);

/* How long a bracket is, "[...]": there are no names in it. */
size_t filter_bracket_length(const char *text);

#endif
