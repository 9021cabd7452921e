#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""gso.py IFACE SMAC DMAC 4|6 COUNT [TPID:VID...]

Sends one TCP stream as unfinished super-frames of 20 segments, with the
virtio-net header that says so, behind VLAN tags if any are given.  Prints the
number of bytes and their SHA-256.
"""
import hashlib
import random
import socket
import struct
import sys

from pcap import checksum, ipv4, ipv6, mac, tagged

SOL_PACKET, PACKET_VNET_HDR = 263, 15
NEEDS_CSUM, GSO_TCPV4, GSO_TCPV6 = 1, 1, 4
MSS, SEGMENTS = 1400, 20


def main():
    iface, source, target, version, count, *tags = sys.argv[1:]
    tags = [tuple(int(word, 0) for word in tag.split(":")) for tag in tags]
    rng, digest, sequence = random.Random(3), hashlib.sha256(), 1000
    out = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
    out.setsockopt(SOL_PACKET, PACKET_VNET_HDR, 1)
    out.bind((iface, 0))
    for _ in range(int(count)):
        payload = rng.randbytes(MSS * SEGMENTS)
        digest.update(payload)
        length = 20 + len(payload)
        if version == "4":
            pseudo = socket.inet_aton("10.9.0.100") + socket.inet_aton(
                "10.9.0.200") + struct.pack("!HH", 6, length)
        else:
            pseudo = socket.inet_pton(socket.AF_INET6, "fd09::100") + \
                socket.inet_pton(socket.AF_INET6, "fd09::200") + \
                struct.pack("!II", length, 6)
        unfinished = ~checksum(pseudo) & 0xFFFF
        segment = struct.pack("!HHIIBBHHH", 5002, 5003, sequence, 1, 0x50, 0x18,
                              1000, unfinished, 0) + payload
        sequence += len(payload)
        if version == "4":
            kind, packet, size = 0x0800, ipv4(segment, proto=6), 20
        else:
            kind, packet, size = 0x86DD, ipv6(segment, proto=6), 40
        start = 14 + 4 * len(tags) + size
        head = struct.pack("=BBHHHH", NEEDS_CSUM,
                           GSO_TCPV4 if version == "4" else GSO_TCPV6,
                           start + 20, MSS, start, 16)
        out.send(head + mac(target) + mac(source) + tagged(tags, kind, packet))
    print(int(count) * MSS * SEGMENTS, digest.hexdigest())


main()
