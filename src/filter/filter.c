/* SPDX-License-Identifier: ISC */
/*
 * Theory of operation.  One program refuses the frames that carry the session
 * itself (filter_own.c), and libpcap compiles one for each -f.  They cannot be
 * one expression: `vlan` and `pppoes` move every offset after them, also
 * outside their brackets.  So the programs are joined: a frame that one program
 * accepts goes on to the next, and a frame that any program refuses is refused.
 * BPF's conditional jumps reach only 255 instructions.  But every exit of a
 * program is a return instruction, and an unconditional jump can replace it: no
 * instruction of a program moves.
 *
 * Linux takes the outermost VLAN tag out of a frame before the filter runs.
 * filter_own.c recognises the session's frames without it, too.  A -f with
 * `vlan` must test the tag that was taken out: with filter_handle() libpcap
 * compiles it so.
 */
#include <sys/types.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <pcap.h>

#include "filter/filter.h"
#include "filter/filter_own.h"
#include "privilege/platform.h"
#include "port/port.h"

#ifndef PCAP_NETMASK_UNKNOWN
#define PCAP_NETMASK_UNKNOWN 0xffffffff
#endif

#define SNAPLEN 262144

/* Loads from this offset on read no frame bytes (Linux, SKF_AD_OFF). */
#define METADATA 0xfffff000u

/* ---- joining ---- */

struct chain {
	struct bpf_insn *insns;
	size_t len;
};

static bool
is_return(const struct bpf_insn *i)
{
	return BPF_CLASS(i->code) == BPF_RET;
}

static bool
is_accept(const struct bpf_insn *i)
{
	return is_return(i) && BPF_RVAL(i->code) == BPF_K && i->k != 0;
}

static int
chain_put(struct chain *c, const struct bpf_insn *insns, size_t n)
{
	struct bpf_insn *at;

	if (n == 0)
		return 0;
	at = realloc(c->insns, (c->len + n) * sizeof(*at));
	if (at == NULL)
		return -1;
	memcpy(at + c->len, insns, n * sizeof(*at));
	c->insns = at;
	c->len += n;
	return 0;
}

/*
 * Writes instructions that set to zero the words of scratch memory that a
 * program reads.  Some programs of libpcap read words that they never set and
 * expect zero (1.10.3, live, "vlan and pppoes"), and so does filter_own().
 * Linux refuses such programs, and an earlier program of the chain may have
 * left a value there.
 */
static size_t
clear_scratch(struct bpf_insn out[BPF_MEMWORDS + 1],
    const struct bpf_insn *insns, size_t n)
{
	bool read[BPF_MEMWORDS] = { false };
	size_t i, count = 1;

	for (i = 0; i < n; i++)
		if ((BPF_CLASS(insns[i].code) == BPF_LD ||
			BPF_CLASS(insns[i].code) == BPF_LDX) &&
		    BPF_MODE(insns[i].code) == BPF_MEM &&
		    insns[i].k < BPF_MEMWORDS)
			read[insns[i].k] = true;
	out[0] = (struct bpf_insn)BPF_STMT(BPF_LD | BPF_IMM, 0);
	for (i = 0; i < BPF_MEMWORDS; i++)
		if (read[i])
			out[count++] = (struct bpf_insn)BPF_STMT(BPF_ST, i);
	return count > 1 ? count : 0;
}

/* Leaves out an accepting return at the end: the next program follows there. */
static int
chain_add(struct chain *c, const struct bpf_insn *insns, size_t n)
{
	struct bpf_insn clear[BPF_MEMWORDS + 1], *at;
	size_t i;

	if (n > 0 && is_accept(&insns[n - 1]))
		n--;
	if (chain_put(c, clear, clear_scratch(clear, insns, n)) == -1 ||
	    chain_put(c, insns, n) == -1)
		return -1;
	if (n == 0)
		return 0;
	at = c->insns + c->len - n;
	for (i = 0; i < n; i++)
		if (is_accept(&at[i]))
			at[i] = (struct bpf_insn)BPF_STMT(BPF_JMP | BPF_JA,
			    n - i - 1);
	return 0;
}

static int
chain_close(struct chain *c)
{
	const struct bpf_insn accept = BPF_STMT(BPF_RET | BPF_K, (u_int)-1);

	return chain_put(c, &accept, 1);
}

/* ---- one program ---- */

static int
fail(char *why, size_t size, const char *text)
{
	size_t i;

	(void)snprintf(why, size, "%s", text);
	for (i = 0; size > 0 && why[i] != '\0'; i++)
		if ((unsigned char)why[i] < ' ' || why[i] == 0x7f)
			why[i] = ' ';
	return -1;
}

static int
compile_add(struct chain *c, pcap_t *pcap, const char *text, bool live,
    char *why, size_t size)
{
	struct bpf_program program;
	const struct bpf_insn *i;
	int result;

	if (pcap_compile(pcap, &program, text, 1, PCAP_NETMASK_UNKNOWN) == -1)
		return fail(why, size, pcap_geterr(pcap));
	result = chain_add(c, program.bf_insns, program.bf_len);
	if (result == -1)
		fail(why, size, strerror(errno));
	for (i = program.bf_insns; i < program.bf_insns + program.bf_len; i++)
		if (!live && BPF_CLASS(i->code) == BPF_LD &&
		    BPF_MODE(i->code) == BPF_ABS && i->k >= METADATA)
			result = fail(why, size,
			    "inbound, outbound and "
			    "ifindex can be told only on a live interface");
	pcap_freecode(&program);
	return result;
}

static pcap_t *
open_dead(int linktype, char *why, size_t size)
{
	pcap_t *pcap = pcap_open_dead(linktype == LINK_RAW ? DLT_RAW :
							     DLT_EN10MB,
	    SNAPLEN);

	if (pcap == NULL)
		fail(why, size, strerror(errno));
	return pcap;
}

/* ---- the programs to join ---- */

static int
add_own(struct chain *c, const struct filter_config *cfg, char *why,
    size_t size)
{
	struct bpf_insn insns[FILTER_OWN_INSNS];
	size_t n = filter_own(cfg->pairs, cfg->npairs, cfg->linktype, insns);

	return chain_add(c, insns, n) == 0 ? 0 :
					     fail(why, size, strerror(errno));
}

static bool
has_text(const char *text)
{
	return text != NULL && *text != '\0';
}

static bool
has_word(const char *text, const char *word)
{
	static const char letters[] =
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "0123456789_.-\\";
	size_t n;

	for (; *text != '\0'; text += n) {
		n = strspn(text, letters);
		if (n == strlen(word) && strncmp(text, word, n) == 0)
			return true;
		n += strcspn(text + n, letters);
	}
	return false;
}

/* Whether this kind of text can be compiled. */
static int
check_user(const char *text, bool foreign, char *why, size_t size)
{
	if (strlen(text) >= FILTER_TEXT)
		return fail(why, size, "longer than 1023 bytes");
	if (foreign && filter_check_foreign(text, why, size) == -1)
		return -1;
	if (has_word(text, "protochain"))
		return fail(why, size,
		    "protochain needs a loop, which a "
		    "kernel's filter has not");
	return 0;
}

/* Adds the program of each -f; both are compiled with the same handle. */
static int
add_users(struct chain *c, const struct filter_config *cfg, char *why,
    size_t size)
{
	bool live = cfg->ifname != NULL && cfg->linktype != LINK_RAW;
	pcap_t *pcap;
	int i, result = 0;

	for (i = 0; i < 2; i++)
		if (has_text(cfg->user[i]) &&
		    check_user(cfg->user[i], i == 1, why, size) == -1)
			return -1;
	pcap = live ? filter_handle(cfg->ifname, why, size) :
		      open_dead(cfg->linktype, why, size);
	if (pcap == NULL)
		return -1;
	if (cfg->seal != NULL)
		cfg->seal();
	for (i = 0; i < 2 && result == 0; i++)
		if (has_text(cfg->user[i]))
			result = compile_add(c, pcap, cfg->user[i], live, why,
			    size);
	pcap_close(pcap);
	return result;
}

static int
check(const struct filter_config *cfg, char *why, size_t size)
{
	int i;

	if (cfg->linktype != LINK_ETHERNET && cfg->linktype != LINK_RAW)
		return fail(why, size, "no filter for this link type");
	if (cfg->npairs < 0 || cfg->npairs > FILTER_PAIRS)
		return fail(why, size, "more than 8 pairs to exclude");
	for (i = 0; i < cfg->npairs; i++)
		if (filter_pair_check(&cfg->pairs[i], why, size) == -1)
			return -1;
	return 0;
}

static int
add_all(struct chain *c, const struct filter_config *cfg, char *why,
    size_t size)
{
	if (check(cfg, why, size) == -1 ||
	    (cfg->npairs > 0 && add_own(c, cfg, why, size) == -1))
		return -1;
	if ((has_text(cfg->user[0]) || has_text(cfg->user[1])) &&
	    add_users(c, cfg, why, size) == -1)
		return -1;
	if (chain_close(c) == -1)
		return fail(why, size, strerror(errno));
	if (c->len > FILTER_INSNS) {
		(void)snprintf(why, size,
		    "the filter needs %zu instructions, a "
		    "kernel takes %d: use fewer -M or a shorter -f",
		    c->len, FILTER_INSNS);
		return -1;
	}
	return 0;
}

int
filter_build(const struct filter_config *cfg, struct bpf_program *out,
    char *why, size_t size)
{
	struct chain c = { NULL, 0 };

	memset(out, 0, sizeof(*out));
	if (add_all(&c, cfg, why, size) == -1) {
		free(c.insns);
		return -1;
	}
	out->bf_insns = c.insns;
	out->bf_len = c.len;
	return 0;
}

void
filter_free(struct bpf_program *program)
{
	free(program->bf_insns);
	memset(program, 0, sizeof(*program));
}
