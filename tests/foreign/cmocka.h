/* SPDX-License-Identifier: ISC */
/*
 * The part of cmocka that a few unit tests need, for machines under qemu, where
 * it is not installed.
 */
#ifndef CMOCKA_H
#define CMOCKA_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct CMUnitTest {
	const char *name;
	void (*test)(void **state);
	int (*setup)(void **state);
};

/* No two versions of clang-format agree about braces in a macro. */
/* clang-format off */
#define cmocka_unit_test_setup(t, setup) { #t, t, setup }
/* clang-format on */
#define cmocka_unit_test(t) cmocka_unit_test_setup(t, NULL)

#define assert_true(held)                                         \
	do {                                                      \
		if (held)                                         \
			break;                                    \
		printf("%s:%d: %s\n", __FILE__, __LINE__, #held); \
		exit(1);                                          \
	} while (0)
#define assert_false(held)	     assert_true(!(held))
#define assert_int_equal(a, b)	     assert_true((a) == (b))
#define assert_ptr_equal(a, b)	     assert_true((a) == (b))
#define assert_memory_equal(a, b, n) assert_true(memcmp(a, b, n) == 0)

#define cmocka_run_group_tests(tests, setup, teardown) \
	run_tests(tests, sizeof(tests) / sizeof((tests)[0]))

static inline int
run_tests(const struct CMUnitTest *tests, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (tests[i].setup != NULL)
			assert_true(tests[i].setup(NULL) == 0);
		tests[i].test(NULL);
	}
	printf("%zu tests passed\n", n);
	return 0;
}

#endif
