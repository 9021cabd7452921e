/* SPDX-License-Identifier: ISC */
/*
 * Runs a fuzz target without libFuzzer: once for each file in the arguments,
 * and for each file in a directory among them.
 *
 *     fuzz_X [-p] [-r BYTES [-s SEED]] [FILE | DIRECTORY]...
 *
 * -p: also runs it with every prefix of each file (of the first 8 KiB, if the
 * file is longer).  -r: runs it with so many random bytes, in pieces of random
 * length; the same seed gives the same bytes.
 */
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define INPUT_MAX  (1 << 20)
#define PREFIX_MAX 8192
#define PIECE_MAX  4096

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static bool prefixes;
static unsigned long inputs;

/* Runs with a copy of this size: a sanitizer sees reads past its end. */
static void
run_bytes(const uint8_t *data, size_t len)
{
	uint8_t *copy;

	if ((copy = malloc(len > 0 ? len : 1)) == NULL)
		err(2, "malloc");
	memcpy(copy, data, len);
	(void)LLVMFuzzerTestOneInput(copy, len);
	free(copy);
	inputs++;
}

static void
run_file(const char *path)
{
	static uint8_t data[INPUT_MAX];
	size_t len, n;
	FILE *f;

	if ((f = fopen(path, "r")) == NULL)
		err(2, "%s", path);
	len = fread(data, 1, sizeof(data), f);
	if (ferror(f))
		err(2, "%s", path);
	(void)fclose(f);
	run_bytes(data, len);
	for (n = 0; prefixes && n < len && n < PREFIX_MAX; n++)
		run_bytes(data, n);
}

static void
run_directory(const char *path, DIR *dir)
{
	char file[PATH_MAX];
	struct dirent *entry;

	while ((entry = readdir(dir)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		(void)snprintf(file, sizeof(file), "%s/%s", path,
		    entry->d_name);
		run_file(file);
	}
	(void)closedir(dir);
}

static void
run_path(const char *path)
{
	DIR *dir;

	if ((dir = opendir(path)) != NULL)
		run_directory(path, dir);
	else if (errno == ENOTDIR)
		run_file(path);
	else
		err(2, "%s", path);
}

/* xorshift64*: the same bytes everywhere. */
static uint64_t
random_next(uint64_t *state)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return *state * 0x2545f4914f6cdd1du;
}

static void
run_random(unsigned long bytes, uint64_t seed)
{
	uint8_t piece[PIECE_MAX];
	size_t len, i;

	seed = seed * 2 + 1;
	while (bytes > 0) {
		len = (random_next(&seed) >> 32) % PIECE_MAX + 1;
		if (len > bytes)
			len = bytes;
		for (i = 0; i < len; i++)
			piece[i] = (uint8_t)(random_next(&seed) >> 56);
		run_bytes(piece, len);
		bytes -= len;
	}
}

static unsigned long
number(const char *text)
{
	unsigned long n;
	char *end;

	n = strtoul(text, &end, 10);
	if (end == text || *end != '\0')
		errx(2, "%s: not a number", text);
	return n;
}

int
main(int argc, char *argv[])
{
	unsigned long bytes = 0, seed = 1;
	const char *name = argv[0];
	int c;

	while ((c = getopt(argc, argv, "pr:s:")) != -1) {
		if (c == 'p')
			prefixes = true;
		else if (c == 'r')
			bytes = number(optarg);
		else if (c == 's')
			seed = number(optarg);
		else
			errx(2, "usage: [-p] [-r bytes [-s seed]] [path]...");
	}
	for (argc -= optind, argv += optind; argc > 0; argc--, argv++)
		run_path(*argv);
	run_random(bytes, seed);
	printf("%s: %lu inputs\n", name, inputs);
	return inputs > 0 ? 0 : 1;
}
