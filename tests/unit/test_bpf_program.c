/* SPDX-License-Identifier: ISC */
/*
 * Programs for frames behind four more bytes (platform/bsd/bpf.c) give the same
 * result as the original programs for the frames alone.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <cmocka.h>
#include <pcap.h>

#include "../../platform/bsd/bpf.h"
#include "packet.h"
#include "port/port.h"
#include "validate.h"

#define HEAD 4

static struct bpf_insn out[FILTER_INSNS];

static struct bpf_program
shifted(const struct bpf_program *in)
{
	int n = bpf_program_shift(in, HEAD, out, FILTER_INSNS);

	assert_true(n > 0);
	assert_true(bpf_validate(out, n));
	return (struct bpf_program) { (u_int)n, out };
}

/* Tries each length, also those where a load reaches behind the end. */
static void
same(const struct bpf_program *in, const struct packet *p)
{
	struct bpf_program behind = shifted(in);
	uint8_t bytes[HEAD + sizeof(p->bytes)] = { 0, 0, 0, 2 };
	u_int len;

	memcpy(bytes + HEAD, p->bytes, sizeof(p->bytes));
	for (len = 0; len <= p->len; len++)
		assert_int_equal(verdict(in, p->bytes, len),
		    verdict(&behind, bytes, HEAD + len));
}

static void
check_frames(const struct bpf_program *program)
{
	static const struct fields frames[] = {
		{ .wrapping = RAW, .proto = 6, .sport = 1234, .dport = 22 },
		{ .wrapping = RAW, .proto = 17, .sport = 53, .dport = 5353 },
		{ .wrapping = RAW, .proto = 6, .dport = 22, .options = 3 },
		{ .wrapping = RAW, .proto = 6, .fragment = LATER },
	};
	struct packet p;
	size_t i;

	for (i = 0; i < 2 * sizeof(frames) / sizeof(frames[0]); i++) {
		struct fields f = frames[i / 2];

		f.src = parsed(i % 2 ? A6 : A4);
		f.dst = parsed(i % 2 ? B6 : B4);
		p = craft(&f);
		same(program, &p);
	}
}

static void
check(const char *text)
{
	pcap_t *pcap = pcap_open_dead(DLT_RAW, 65535);
	struct bpf_program program;

	assert_int_equal(pcap_compile(pcap, &program, text, 1, 0), 0);
	check_frames(&program);
	pcap_freecode(&program);
	pcap_close(pcap);
}

static void
test_expressions(void **state)
{
	(void)state;
	check("");
	check("host " A4);
	check("tcp port 22 or udp port 53");
	check("ip[8] < 64 and tcp[tcpflags] & tcp-syn != 0");
	check("greater 40");
	check("less 41 or (len - 4 > 40 and len < 100)");
	check("len >= 44 and (tcp[0:4] = 0x04d20016 or len != 60)");
	check("ip[len - 1] = 0 or udp");
}

/* The filter of own frames: it has many loads of the length, and jumps. */
static void
test_session(void **state)
{
	struct filter_config c = { .linktype = LINK_RAW };
	struct bpf_program program;

	(void)state;
	add_pair(&c, A4 ":1234," B4 ":22");
	add_pair(&c, "[" A6 "]:1234,[" B6 "]:22");
	add_pair(&c, "*:*,*:5353");
	program = built(&c);
	check_frames(&program);
	filter_free(&program);
}

/* The result of a program that jumps over n loads: 1 there, else 0. */
static int
jump_over(u_int n, bool always)
{
	static struct bpf_insn insns[FILTER_INSNS];
	struct bpf_program program = { n + 3, insns };
	u_int i;

	insns[0] = (struct bpf_insn)BPF_JUMP(BPF_JMP |
		(always ? BPF_JA : BPF_JEQ) | BPF_K,
	    0, 0, 0);
	if (always)
		insns[0].k = n + 1;
	else
		insns[0].jt = (u_char)(n + 1);
	for (i = 0; i < n; i++)
		insns[1 + i] = (struct bpf_insn)BPF_STMT(BPF_LD | BPF_LEN, 0);
	insns[n + 1] = (struct bpf_insn)BPF_STMT(BPF_RET | BPF_K, 0);
	insns[n + 2] = (struct bpf_insn)BPF_STMT(BPF_RET | BPF_K, 1);
	return bpf_program_shift(&program, HEAD, out, FILTER_INSNS);
}

static void
test_reach(void **state)
{
	struct bpf_program program = { 0, out };
	u_char byte = 0;
	int n;

	(void)state;
	n = jump_over(127, false); /* 127 * 2 and the return: 255 */
	assert_int_equal(n, 127 * 2 + 3);
	program.bf_len = (u_int)n;
	assert_int_equal(verdict(&program, &byte, 1), 1);
	assert_int_equal(jump_over(128, false), -1);
	assert_int_equal(errno, E2BIG);
	n = jump_over(250, true);
	assert_int_equal(n, 250 * 2 + 3);
	program.bf_len = (u_int)n;
	assert_int_equal(verdict(&program, &byte, 1), 1);
	assert_int_equal(jump_over(254, true), 254 * 2 + 3);
	assert_int_equal(jump_over(255, true), -1);
	assert_int_equal(errno, E2BIG);
}

/* With 0 bytes in front the program does not change. */
static void
test_no_head(void **state)
{
	struct bpf_insn insns[] = { BPF_STMT(BPF_LD | BPF_LEN, 0),
		BPF_STMT(BPF_RET | BPF_A, 0) };
	struct bpf_program program = { 2, insns };

	(void)state;
	assert_int_equal(bpf_program_shift(&program, 0, out, 2), 2);
	assert_memory_equal(out, insns, sizeof(insns));
	assert_int_equal(bpf_program_shift(&program, 0, out, 1), -1);
	assert_int_equal(errno, E2BIG);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_expressions),
		cmocka_unit_test(test_session),
		cmocka_unit_test(test_reach),
		cmocka_unit_test(test_no_head),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
