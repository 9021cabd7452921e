#!/bin/sh
# SPDX-License-Identifier: ISC
# The captured interface is the end of a mirror: all that is on it the host has
# sent, as fast as what is mirrored.  It is no loop, even if the session itself
# crosses the mirrored interface (its frames are left out as ever).
#
#   M (master) net --- lan R wan -------- wan G  (nft dup)  mon -------- mon H
#                                               (slave -i mon)
. "$(dirname "$0")/lib.sh"
. "$NET/lib-through.sh"
. "$NET/lib-loop.sh"

H=epH$$
need nft iperf3
topo_through
host "$H"
link "$G" mon 02:00:00:06:00:01 "$H" mon 02:00:00:06:00:02
in_G nft -f - <<-END || skip 'nft cannot mirror in this kernel'
	table netdev mirror {
		chain in {
			type filter hook ingress device wan priority 0
			dup to mon
		}
		chain out {
			type filter hook egress device wan priority 0
			dup to mon
		}
	}
END
slave -d -s 1234 -i mon
wait_listen "$G" 1234
master -m -u -C -c 10.9.0.1:1234
wait_session
start server "$G" iperf3 -s -1
wait_listen "$G" 5201
start client "$R" iperf3 -c 10.9.0.1 --bidir -t 11 -b 50M -u -l 1400
wait_exit "$PID" 40
[ "$STATUS" = 0 ] || fail "iperf3: $(tail -n 3 "$TMP/client.log")"
quiet some 50000
ok
