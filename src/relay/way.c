#include <sys/types.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>

#include "privilege/helper.h"
#include "log.h"
#include "relay/way.h"

static bool
is_up(const char *ifname)
{
	struct params now;

	return helper_read(ifname, &now) == 0 && (now.flags & PARAM_UP) != 0;
}

static void
way_say(const struct addr *to, const char *doll, const char *held)
{
	char text[ADDR_TEXT];

	log_info("%s: the route to %s, where this session goes, now leads into "
		 "the doll; %s%s%s: give routes by the doll a higher metric, "
		 "or keep it apart with -n",
	    doll, addr_ntop(to, text, sizeof(text)),
	    held != NULL ? "this connection stays on " :
			   "the session will fall silent",
	    held != NULL ? held : "",
	    held != NULL ? ", the next one will not" : "");
}

void
way_look(struct way *w, const struct session *s, const char *doll)
{
	struct addr to = s->peer.remote;
	char name[IF_NAMESIZE];
	unsigned index;
	bool held;

	if (s->peer.form == PEER_EXEC)
		to = s->theirs.own;
	if (to.addr_type == ADDR_TYPE_NONE || addr_is_loopback(&to) ||
	    (index = helper_way(&to)) == 0)
		return;
	if (index != if_nametoindex(doll)) {
		w->index = index;
		w->is_doll = false;
		return;
	}
	/* what the slave calls its address may lie behind NAT, and be another
	 * host's here: only a way that has changed is worth a line */
	if (w->is_doll || (s->peer.form == PEER_EXEC && w->index == 0))
		return;
	w->is_doll = true;
	held = s->peer.form == PEER_CONNECT && w->index != 0 &&
	    if_indextoname(w->index, name) != NULL && is_up(name) &&
	    way_hold(s->peer.rfd, w->index) == 0;
	to.addr_bits = to.addr_type == ADDR_TYPE_IP ? 32 : 128;
	way_say(&to, doll, held ? name : NULL);
}
