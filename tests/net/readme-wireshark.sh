#!/bin/sh
# SPDX-License-Identifier: ISC
# The README's command for Wireshark without a doll: tshark shows the frames,
# and ^C ends both sides.
#
#   R wan ------ eth0 G (sshd, slave) ctl ------ ctl M (master | tshark)
. "$(dirname "$0")/lib.sh"

need tshark ssh sshd
topo
eth0
sshd_start "$G"
readme look "$M" "etherpuppet -w - -e 'ssh root@router etherpuppet -i eth0 -s -' | tshark -i -"
LOOK=$PID
wait_for 20 'in_R ping -c 1 -W 1 10.9.0.1 >/dev/null;
    grep -q "10.9.0.1 .* 10.9.0.2 .*Echo (ping) reply" "$TMP/look.log"' \
    'tshark shows no ping'
lacks puppet ip -n "$M" -o link || fail 'there is a doll'
# as ^C does: SIGINT to all processes in the foreground
for pid in $(ip netns pids "$M"); do
	case $(cat "/proc/$pid/comm" 2>/dev/null) in
	etherpuppet | ssh | tshark) kill -INT "$pid" ;;
	esac
done
wait_exit "$LOOK" 5
[ "$STATUS" = 0 ] || fail "exit status $STATUS"
wait_for 5 "lacks '^etherpuppet ' running $G" 'the slave still runs'
ok
