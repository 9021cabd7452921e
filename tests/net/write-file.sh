#!/bin/sh
# SPDX-License-Identifier: ISC
# -w: the master writes a capture file instead of making a doll, and needs no
# root.  The file has the frames that tcpdump saw on the real interface.  Under
# sudo it is the user's file.
#
#   R wan ------------- wan G (slave) ctl ------ ctl M (master -w, as nobody)
#     replayed              tcpdump
. "$(dirname "$0")/lib.sh"

need setpriv tcpdump
from=02:00:00:09:00:64
topo
slave -s 1234 -i wan
wait_listen "$G" 1234
sniff wan "$G" wan
cp "$EP" "$TMP/program"
chmod 755 "$TMP/program"
mkdir -m 777 "$TMP/out"
start master "$M" setpriv --reuid nobody --regid nogroup --clear-groups \
    --inh-caps=-all "$TMP/program" -m -c 10.8.0.1:1234 -w "$TMP/out/doll.pcapng"
MASTER=$PID
"$PY" "$NET/pcap.py" craft "$TMP/all.pcap" $from 02:00:00:09:00:c8 1514
# frames before the session begins are not captured: ping until one is
wait_for 10 'in_R ping -c 1 -W 1 10.9.0.1 >/dev/null;
    [ "$("$PY" "$NET/pcap.py" count "$TMP/out/doll.pcapng")" -gt 0 ]' \
    'no frame is in the file'
in_R "$PY" "$NET/pcap.py" send wan "$TMP/all.pcap"
wait_for 10 '"$PY" "$NET/pcap.py" compare "$TMP/all.pcap" "$TMP/out/doll.pcapng" \
    $from >"$TMP/compare.log" 2>&1' 'the file has other frames'
stop "$MASTER"
[ "$STATUS" = 0 ] || fail "exit status $STATUS"
tcpdump -nr "$TMP/out/doll.pcapng" >/dev/null 2>"$TMP/tcpdump.log" ||
    fail 'tcpdump cannot read the file'
sniff_end wan
"$PY" "$NET/pcap.py" compare "$TMP/wan.pcap" "$TMP/out/doll.pcapng" $from ||
    fail 'other frames than tcpdump on the interface'
lacks puppet ip -n "$M" -o link || fail 'there is a doll'

# under sudo the file is the user's, where the user may write one
uid=$(id -u nobody)
start sudo "$M" env SUDO_UID="$uid" "$TMP/program" -c 10.8.0.1:1234 \
    -w "$TMP/out/own.pcapng"
wait_for 5 '[ -e "$TMP/out/own.pcapng" ]' 'no file'
[ "$(stat -c %u "$TMP/out/own.pcapng")" = "$uid" ] ||
    fail "the file is not the user's"
stop "$PID"
mkdir -m 755 "$TMP/roots"
refused 1 "etherpuppet: $TMP/roots/file: Permission denied" "$M" \
    env SUDO_UID="$uid" "$TMP/program" -c 10.8.0.1:1234 -w "$TMP/roots/file"
refusals_end
