#!/bin/sh
# SPDX-License-Identifier: ISC
# A host name in -f before a name server can be reached, as when a machine
# starts: it is asked for again, and the session has the filter.  With -1 that
# is a failure, status 1; a name that is not there at all is a wrong option.
#
#   R --wan-- G (slave) --ctl-- M (master, no name server)
. "$(dirname "$0")/lib.sh"

topo
slave -s 1234 -i wan
wait_listen "$G" 1234
echo 'hosts: files dns' >"$TMP/nsswitch.conf"
echo 'nameserver 10.8.0.1' >"$TMP/resolv.conf"
: >"$TMP/hosts"
set -- sh -c 'for f in nsswitch.conf resolv.conf hosts; do
	mount --bind "$0/$f" /etc/$f || exit 1
    done; exec "$@"' "$TMP" "$EP" -m -u -C -c 10.8.0.1:1234 -f 'icmp and host later'
E='etherpuppet: -f icmp and host later'
refused 1 "$E: host 'later': no answer from a name server" "$M" "$@" -1
start master "$M" "$@"
MASTER=$PID
wait_log master.log "$E: host .later.: no answer from a name server; next try in 2 s"
echo '10.9.0.2 later' >"$TMP/hosts"
wait_session 20
sniff doll "$M" puppet0 -Q in
pings "$R" 10.9.0.1 2
wait_frames doll 4
stop "$MASTER"

: >"$TMP/hosts"
echo 'hosts: files' >"$TMP/nsswitch.conf"
refused 2 "$E: unknown host 'later'; etherpuppet -h lists the options" \
    "$M" "$@"
refusals_end
