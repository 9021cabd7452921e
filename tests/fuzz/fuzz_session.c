/* SPDX-License-Identifier: ISC */
/*
 * A session in any role with any bytes from the peer: the input's first byte is
 * our role, the rest is the peer's stream, then end of file.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "../unit/fake_peer.h"
#include "session/session.h"

static void
heard(void *arg, struct session *s, struct message *m)
{
	(void)arg;
	(void)s;
	(void)m;
}

static void
run(struct session *s)
{
	struct frame f[16];
	int i, n, turns;

	for (turns = 0; turns < 1000 && s->state != SESSION_OVER; turns++) {
		session_input(s);
		if (s->state == SESSION_READY)
			session_open(s);
		n = session_recv(s, f, 16);
		for (i = 0; i < n; i++)
			if (f[i].len > 0)
				f[i].data[f[i].len - 1] ^= 1;
		if (n > 0)
			(void)session_send(s, f, n);
		fake_pipes[s->peer.wfd].len = 0;
		(void)session_tick(s, s->heard_ms + SESSION_PING_MS);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct dialect *const dialects[] = { NULL, &dialect_native,
		&dialect_legacy03, &dialect_legacy04 };
	struct hello ours = { .can = CAP_ALL, .maxframe = FRAME_MAX };
	struct peer a, b;
	struct session *s;

	if (size == 0 || size > FAKE_ROOM)
		return 0;
	fake_reset(data[0] >> 4);
	fake_connect(&a, &b);
	ours.role = data[0] & 1 ? ROLE_MASTER : ROLE_SLAVE;
	if ((s = session_new(&b, &ours, dialects[data[0] >> 1 & 3])) == NULL)
		return 0;
	s->on_message = heard;
	memcpy(fake_pipes[b.rfd].data, data + 1, size - 1);
	fake_pipes[b.rfd].len = size - 1;
	fake_pipes[b.rfd].closed = 1;
	run(s);
	session_free(s);
	return 0;
}
