#!/bin/sh
# SPDX-License-Identifier: ISC
# A port redirect in front of sshd: SSH_CONNECTION names port 22, the wire has
# 2222, so the session is captured.  The guard finds the loop and holds it;
# frames of the doll still go out.  With the -M that it names there is no loop.
#
#   M (master -e ssh -p 2222) net -- lan R wan -- wan G (2222 -> sshd, slave -s -)
. "$(dirname "$0")/lib.sh"
. "$NET/lib-through.sh"
. "$NET/lib-loop.sh"

need nft
topo_through
sshd_in "$G"
in_G nft -f - <<-END || skip 'no port redirection in this kernel'
	table ip nat {
		chain in {
			type nat hook prerouting priority -100
			tcp dport 2222 redirect to :22
		}
	}
END
there="$(ssh_to 10.9.0.1) -p 2222 $EP -i wan -s -"
master -m -u -C -e "$there"
wait_session 20
loop_held master.log
doll_address
sniff remote "$R" wan ether src 02:00:00:09:00:03
in_M ping -c 2 -i 0.2 -W 1 10.9.0.2 >/dev/null || true
wait_frames remote 1
stop "$MASTER"

master -m -u -C -e "$there -M '*:*,10.9.0.1:2222'"
wait_session 20
no_loop 'tcp port 2222'
[ "$(counted master.log "$LOOP")" = 0 ] || fail 'a loop, in spite of -M'
ok
