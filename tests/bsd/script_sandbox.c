/* SPDX-License-Identifier: ISC */
/* In which order a relay gives up its rights. */
#include <sys/types.h>
#include <errno.h>
#include <pwd.h>
#include <string.h>

#include "kernel.h"
#include "privilege/platform.h"
#include "promises.h"

static char why[PLATFORM_WHY];
static struct passwd own = { .pw_name = (char *)(uintptr_t) "_etherpuppet",
	.pw_uid = 800,
	.pw_gid = 801 };
static struct passwd root = { .pw_name = (char *)(uintptr_t) "toor" };

static int
enter(int what, const char *user)
{
	struct sandbox s = { .user = user, .channel = 100 };

	s.what = what;
	return sandbox_enter(&s, why, sizeof(why));
}

static int
leave(const char *user)
{
	return enter(SANDBOX_SLAVE, user);
}

/* The last call: then the kernel allows nothing else. */
#ifdef __OpenBSD__
#define OF_RELAY    RIGHT("unveil /", 0), RIGHT("pledge " PROMISES, 0),
#define OF_RESOLVER RIGHT("pledge stdio sendfd inet dns", 0),
#define OF_COMPILER RIGHT("pledge stdio", 0),
#elif defined(__FreeBSD__)
#define OF_RELAY RIGHT("cap_enter", 0),
#define OF_RESOLVER
#define OF_COMPILER OF_RELAY
#else
#define OF_RELAY
#define OF_RESOLVER
#define OF_COMPILER RIGHT("setrlimit", 0),
#endif

#define AS_ROOT RIGHT("geteuid", 0, .result = 0)
#define BECOMES                                                       \
	RIGHT("setgroups", KERNEL_TWO(1, 801)), RIGHT("setgid", 801), \
	    RIGHT("setuid", 800)

/* files first, then groups, then the user, who could not do the rest */
static const struct kernel_call leaves[] = { AS_ROOT,
	RIGHT("getpwnam _etherpuppet", 0, .out = &own),
	RIGHT("chdir /var/empty", 0), RIGHT("chroot .", 0), BECOMES, OF_RELAY };
/* the other folder, and the user nobody */
static const struct kernel_call others[] = { AS_ROOT,
	RIGHT("getpwnam _etherpuppet", 0, .error = ENOENT),
	RIGHT("getpwnam nobody", 0, .out = &own),
	RIGHT("chdir /var/empty", 0, .error = ENOENT),
	RIGHT("chdir /var/chroot/sshd", 0), RIGHT("chroot .", 0), BECOMES,
	OF_RELAY };
/* it goes on where there is no folder, and says so */
static const struct kernel_call no_folder[] = { AS_ROOT,
	RIGHT("getpwnam lab", 0, .out = &own),
	RIGHT("chdir /var/empty", 0, .error = ENOENT),
	RIGHT("chdir /var/chroot/sshd", 0, .error = ENOENT), BECOMES,
	OF_RELAY };
static const struct kernel_call no_user[] = {
	AS_ROOT,
	RIGHT("getpwnam lab", 0, .error = ENOENT),
};
static const struct kernel_call root_again[] = {
	AS_ROOT,
	RIGHT("getpwnam toor", 0, .out = &root),
};
static const struct kernel_call refused[] = {
	AS_ROOT,
	RIGHT("getpwnam lab", 0, .out = &own),
	RIGHT("chdir /var/empty", 0),
	RIGHT("chroot .", 0),
	RIGHT("setgroups", KERNEL_TWO(1, 801)),
	RIGHT("setgid", 801),
	RIGHT("setuid", 800, .error = EPERM),
};
#define AS_USER RIGHT("geteuid", 0, .result = 1000)
static const struct kernel_call of_a_user[] = { AS_USER, OF_RELAY };
static const struct kernel_call master[] = { AS_USER, OF_RELAY };
/* it reads files, so it keeps the root directory */
static const struct kernel_call resolver[] = { AS_ROOT,
	RIGHT("getpwnam _etherpuppet", 0, .out = &own), BECOMES, OF_RESOLVER };
static const struct kernel_call compiler[] = { AS_ROOT,
	RIGHT("getpwnam _etherpuppet", 0, .out = &own),
	RIGHT("chdir /var/empty", 0), RIGHT("chroot .", 0), BECOMES,
	OF_COMPILER };

static void
test_leaves(void **state)
{
	(void)state;
	KERNEL(leaves);
	assert_int_equal(leave(NULL), 0);
	assert_string_equal(why, "");
	kernel_end();
	KERNEL(others);
	assert_int_equal(leave(NULL), 0);
	assert_string_equal(why, "");
	kernel_end();
	KERNEL(no_folder);
	assert_int_equal(leave("lab"), 0);
	assert_non_null(strstr(why, "/var/empty: ENOENT"));
	kernel_end();
	KERNEL(of_a_user);
	assert_int_equal(leave(NULL), 0);
	assert_string_equal(why, "");
	kernel_end();
}

static void
test_promises(void **state)
{
	(void)state;
	KERNEL(master);
	assert_int_equal(enter(SANDBOX_MASTER, NULL), 0);
	kernel_end();
	KERNEL(resolver);
	assert_int_equal(enter(SANDBOX_RESOLVER, NULL), 0);
	kernel_end();
	KERNEL(compiler);
	assert_int_equal(enter(SANDBOX_COMPILER, NULL), 0);
	kernel_end();
}

#ifdef __FreeBSD__
/* a kernel without options CAPABILITY_MODE */
static const struct kernel_call no_mode[] = { AS_USER,
	RIGHT("cap_enter", 0, .error = ENOSYS) };

static void
test_lacks(void **state)
{
	(void)state;
	KERNEL(no_mode);
	assert_int_equal(leave(NULL), 0);
	assert_non_null(strstr(why, "cap_enter: ENOSYS"));
	kernel_end();
}
#endif

static void
test_refused(void **state)
{
	(void)state;
	KERNEL(no_user);
	assert_int_equal(leave("lab"), -1);
	assert_non_null(strstr(why, "-Z lab: "));
	kernel_end();
	KERNEL(root_again);
	assert_int_equal(leave("toor"), -1);
	assert_non_null(strstr(why, "-Z toor: "));
	kernel_end();
	KERNEL(refused);
	assert_int_equal(leave("lab"), -1);
	assert_non_null(strstr(why, "setuid: EPERM"));
	kernel_end();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_leaves),
		cmocka_unit_test(test_promises),
		cmocka_unit_test(test_refused),
#ifdef __FreeBSD__
		cmocka_unit_test(test_lacks),
#endif
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
