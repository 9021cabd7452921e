#!/bin/sh
# SPDX-License-Identifier: ISC
# A session through ssh that crosses the deaf interface: only this connection
# is heard, other logins wait in vain; with -M they are heard, too.
#
#   R (master -e ssh, other logins) --wan-- G (sshd, slave -s -) --ctl-- M
. "$(dirname "$0")/lib.sh"
. "$NET/lib-exclusive.sh"

topo
sshd_start "$G"
SSH="ssh -F $TMP/ssh/ssh_config -o ConnectTimeout=$((2 * SLOW)) root@10.9.0.1"
login() { in_R $SSH echo in 2>"$TMP/login.log" | grep -q '^in$'; }

# session SLAVE-ARGUMENTS
session() {
	start master "$R" "$EP" -m -u -C -x -r -e "$SSH \"etherpuppet -i wan -s - $1\""
	MASTER=$PID
	DOLLHOST=$R wait_session 20
	deaf
}

login || fail "no login at all: $(cat "$TMP/login.log")"
session ''
! login || fail 'another login is heard'
alive "$MASTER" || fail 'the session ended'
stop "$MASTER"
wait_for 10 login 'no login after the session'
session "-M '*:*,10.9.0.1:22'"
login || fail "no login in spite of -M: $(cat "$TMP/login.log")"
stop "$MASTER"
hears
wait_for 10 'lacks . in_G nft list tables' 'a table is left'
ok
