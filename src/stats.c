#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "log.h"
#include "relay.h"
#include "stats.h"

static uint64_t
oversize(const struct relay *r)
{
	return r->count.oversize +
	    (r->link.live != NULL ? r->link.live->oversize : 0);
}

static void
line(const char *key, uint64_t value)
{
	(void)fprintf(stderr, "%s=%" PRIu64 "\n", key, value);
}

void
stats_block(struct relay *r)
{
	const struct session *s = r->link.live;
	const struct port_counters *port = &r->port.count;

	r->port.ops->stats(&r->port);
	(void)fprintf(stderr, "port=%s\npeer=%s\ndialect=%s\n", r->port.name,
	    s != NULL ? s->peer.name : "",
	    s != NULL ? s->codec.dialect->name : "");
	line("sessions", r->link.sessions);
	line("up_frames", r->count.up_frames);
	line("up_bytes", r->count.up_bytes);
	line("down_frames", r->count.down_frames);
	line("down_bytes", r->count.down_bytes);
	line("dropped_by_kernel", port->dropped);
	line("refused_by_interface", port->refused);
	(void)fprintf(stderr, "refused_reason=%s\n",
	    port->refused > 0 ? strerror(port->refused_errno) : "");
	line("invalid", port->invalid + r->count.invalid);
	line("read_only", r->count.readonly);
	line("oversize_for_peer", oversize(r));
	line("stale", r->count.stale);
	line("round_trip_ms", s != NULL ? s->rtt_us / 1000 : 0);
}

void
stats_line(struct relay *r)
{
	static struct counters last;
	static uint64_t last_ms;
	const struct session *s = r->link.live;
	uint64_t now = clock_ms(), ms = now - last_ms;
	bool terminal = isatty(STDERR_FILENO) != 0;

	if (ms == 0 || last_ms == 0)
		ms = r->opt->stats * 1000;
	r->port.ops->stats(&r->port);
	(void)fprintf(stderr,
	    "%s%s %s up %" PRIu64 "/s %.3f Mbit/s, down %" PRIu64
	    "/s %.3f Mbit/s, dropped %" PRIu64 ", refused %" PRIu64 "%s",
	    terminal ? "\r\033[K" : "etherpuppet: ", r->port.name,
	    s != NULL ? s->peer.name : "no session",
	    (r->count.up_frames - last.up_frames) * 1000 / ms,
	    (double)(r->count.up_bytes - last.up_bytes) * 8 / 1000 / (double)ms,
	    (r->count.down_frames - last.down_frames) * 1000 / ms,
	    (double)(r->count.down_bytes - last.down_bytes) * 8 / 1000 /
		(double)ms,
	    r->port.count.dropped, r->port.count.refused, terminal ? "" : "\n");
	last = r->count;
	last_ms = now;
}
