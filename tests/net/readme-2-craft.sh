#!/bin/sh
# SPDX-License-Identifier: ISC
# The README's second command: frames that scapy crafts on the doll leave by the
# router's interface, unchanged to the byte.  The router's own kernel does not
# disturb a connection that scapy makes with the router's address.
#
#   R --eth0-- G (router: sshd, slave) --ctl-- M (here: master, doll, scapy)
. "$(dirname "$0")/lib.sh"

need ssh sshd tcpdump
"$PY" -c 'import scapy' 2>/dev/null || skip "no scapy here"
topo
eth0
sshd_start "$G"
sniff wire "$R" wan ether src 02:00:00:00:be:ef
readme master "$M" "sudo etherpuppet -m -u -C -x -e 'ssh root@router etherpuppet -i eth0 -s -'"
wait_session 20

# odd frames: wrong checksums and lengths, tags, a loopback source, no padding
in_M "$PY" -c 'from scapy.all import *
e = Ether(src="02:00:00:00:be:ef", dst="ff:ff:ff:ff:ff:ff")
frames = [
    e / IP(src="192.0.2.77", dst="10.9.0.2") / UDP(sport=7, dport=4242) / "made",
    e / IP(src="127.0.0.1", dst="10.9.0.2", chksum=1, len=9999, ttl=0) / TCP(
        flags="SFRPU", chksum=2),
    e / Dot1Q(vlan=7) / ARP(op=2, psrc="10.9.0.1"),
    e / Dot1AD(vlan=8) / Dot1Q(vlan=9) / IPv6(hlim=1) / ICMPv6EchoRequest(),
    Ether(src="02:00:00:00:be:ef", dst="02:00:00:09:00:02", type=0x88b5) / "x",
    e / LLC() / SNAP() / (b"y" * 400),
    e / IP(dst="10.9.0.2", flags="MF") / UDP() / (b"z" * 1400),
]
with open("'"$TMP"'/crafted", "w") as out:
    for f in frames:
        out.write(bytes(f).hex() + "\n")
sendp(frames, iface="puppet0", verbose=0)' >"$TMP/scapy.log" 2>&1 ||
    fail "scapy failed"
wait_frames wire 7
sniff_end wire
"$PY" -c 'import sys
sys.dont_write_bytecode = True
sys.path.insert(0, sys.argv[1])
import echo
for p in echo.packets(sys.argv[2]):
    print(p.hex())' "$NET" "$TMP/wire.pcap" >"$TMP/arrived"
diff "$TMP/crafted" "$TMP/arrived" >"$TMP/diff.log" ||
    fail "frames changed on their way"

# scapy connects with the router's addresses, and the router does not reset that
start server "$R" "$PY" "$NET/tcp.py" serve 10.9.0.2 5001
SERVER=$PID
wait_listen "$R" 5001
in_M "$PY" -c 'from scapy.all import *
e = Ether(src="02:00:00:09:00:01", dst="02:00:00:09:00:02")
ip = IP(src="10.9.0.1", dst="10.9.0.2")
ask = lambda p: srp1(p, iface="puppet0", timeout=10, verbose=0)
ask(e / ARP(hwsrc=e.src, psrc=ip.src, pdst=ip.dst))
synack = ask(e / ip / TCP(sport=40000, dport=5001, flags="S", seq=1))
sendp(e / ip / TCP(sport=40000, dport=5001, flags="FPA", seq=2,
    ack=synack.seq + 1) / "hello", iface="puppet0", verbose=0)
' >"$TMP/scapy.log" 2>&1 || fail "scapy failed: $(cat "$TMP/scapy.log")"
wait_exit "$SERVER" 10
grep -q '^5 ' "$TMP/server.log" || fail "the connection was reset"
ok
