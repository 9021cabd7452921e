/*
 * Where the rules meet the host: what it reaches by its interfaces and routes,
 * and its name servers.
 */
#include <stdio.h>
#include <string.h>

#include "port/addr_rules.h"

struct judging {
	const struct addr_offer *offer;
	struct addr_verdict *verdict;
};

void
name_servers(const char *path, local_fn *fn, void *arg)
{
	struct local l = { .kind = LOCAL_NAME_SERVER };
	char line[512], text[ADDR_TEXT];
	FILE *f;

	if ((f = fopen(path, "re")) == NULL)
		return;
	while (fgets(line, sizeof(line), f) != NULL)
		if (sscanf(line, "nameserver %63s", text) == 1 &&
		    addr_parse(text, &l.addr) == 0)
			fn(&l, arg);
	(void)fclose(f);
}

static void
judge_meet(const struct local *local, void *arg)
{
	struct judging *judging = arg;

	addr_rules_meet(judging->offer, local, judging->verdict);
}

int
addr_judge(const char *doll, const struct addr_offer *offer, bool apart,
    struct addr_verdict *verdict)
{
	struct judging judging = { offer, verdict };
	int i;

	addr_rules_begin(offer, apart, verdict);
	if (params_local(doll, judge_meet, &judging) == -1)
		return -1;
	for (i = 0; !apart && params_resolvers[i] != NULL; i++)
		name_servers(params_resolvers[i], judge_meet, &judging);
	addr_rules_end(offer, apart, verdict);
	return 0;
}
