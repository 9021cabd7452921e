#!/bin/sh
# SPDX-License-Identifier: ISC
# A sender leaves SCTP's checksum (CRC32c) to its interface.  On the doll, in a
# file of -w and for the doll's own SCTP every checksum is right; packets from
# the doll arrive.
#
#   R wan ===== SCTP ===== wan G (slave) ctl ------ ctl M (master): puppet0
. "$(dirname "$0")/../net/lib.sh"

modprobe -q sctp 2>/dev/null || true
"$PY" -c 'import socket; socket.socket(socket.AF_INET, socket.SOCK_STREAM, 132)' \
    2>/dev/null || skip 'no SCTP in this kernel'

# talk HOST: sends 20 messages from HOST to R and back
talk() {
	start sctp_serve "$R" "$PY" -c 'import socket
s = socket.socket(socket.AF_INET, socket.SOCK_STREAM, 132)
s.bind(("10.9.0.2", 5000)); s.listen(1); print("ready", flush=True)
c = s.accept()[0]
for i in range(20):
    c.sendall(c.recv(1000))
c.recv(1)'
	wait_log sctp_serve.log ready
	ip netns exec "$1" timeout $((10 * SLOW)) "$PY" -c 'import socket
s = socket.socket(socket.AF_INET, socket.SOCK_STREAM, 132)
s.connect(("10.9.0.2", 5000))
for i in range(20):
    s.sendall(bytes([i]) * 999)
    if s.recv(1000) != bytes([i]) * 999: raise SystemExit("other bytes")
s.close()' || fail "SCTP from $1"
}

# right NAME: the capture gets at least 40 packets, all with a right checksum
right() {
	wait_for 10 "[ \$('$PY' '$NET/pcap.py' sctp '$TMP/$1.pcap' \
	    2>'$TMP/wrong' || echo 0) -ge 40 ]" "$1: $(cat "$TMP/wrong" 2>/dev/null)"
}

topo
pair '-D 0' '-C -D 0'
doll_address
sniff doll "$M" puppet0 ip proto 132
sniff wan "$G" wan ip proto 132
talk "$M"
right doll
sniff_end doll
! "$PY" "$NET/pcap.py" sctp "$TMP/wan.pcap" >/dev/null 2>&1 ||
    skip 'R computes its checksums itself'
stop "$MASTER"

start writer "$M" "$EP" -w "$TMP/file.pcap" -c 10.8.0.1:1234 -D 0 -f 'ip proto 132'
wait_log writer.log 'session'
talk "$G"
right file
ok
