#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Capture files, for the network tests.

pcap.py count FILE               how many frames
pcap.py compare A B [MAC...]     the same frames, byte for byte, in the same
                                 order for each source MAC (of all, or of these)
pcap.py largest FILE             length of the largest frame
pcap.py tcp FILE MAC [check]     bytes and SHA-256 of the TCP stream from there;
                                 check: every checksum must be right
pcap.py sctp FILE                how many SCTP packets, whose CRC32c is right
pcap.py send IFACE FILE          puts every frame on the interface, unchanged
pcap.py craft FILE SMAC DMAC MAX frames of every kind, none above MAX bytes

Reads pcap and pcapng, writes pcap.
"""
import hashlib
import random
import socket
import struct
import sys
import time


def read_pcapng(data):
    order, at = "<", 0
    while at + 12 <= len(data):
        kind, = struct.unpack_from(order + "I", data, at)
        if kind == 0x0A0D0D0A:
            magic = data[at + 8:at + 12]
            order = "<" if magic == b"\x4d\x3c\x2b\x1a" else ">"
        size, = struct.unpack_from(order + "I", data, at + 4)
        if at + size > len(data):
            return
        if kind == 6:
            caplen, _ = struct.unpack_from(order + "II", data, at + 20)
            yield data[at + 28:at + 28 + caplen]
        at += size


def read_pcap(data):
    order = "<" if data[:1] in (b"\xd4", b"\x4d") else ">"
    at = 24
    while at + 16 <= len(data):
        caplen, _ = struct.unpack_from(order + "II", data, at + 8)
        if at + 16 + caplen > len(data):
            return
        yield data[at + 16:at + 16 + caplen]
        at += 16 + caplen


def read(path):
    with open(path, "rb") as file:
        data = file.read()
    if data[:4] == b"\x0a\x0d\x0d\x0a":
        return list(read_pcapng(data))
    return list(read_pcap(data))


def write(path, frames):
    with open(path, "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1))
        for number, frame in enumerate(frames):
            head = (number // 1000, number % 1000, len(frame), len(frame))
            file.write(struct.pack("<IIII", *head) + frame)


def mac(text):
    return bytes.fromhex(text.replace(":", ""))


def by_source(frames, wanted):
    streams = {}
    for frame in frames:
        if not wanted or frame[6:12] in wanted:
            streams.setdefault(frame[6:12], []).append(frame)
    return streams


def differ(one, other):
    """Says where two lists of frames part; None: nowhere."""
    for number, (a, b) in enumerate(zip(one, other)):
        if a != b:
            at = next((i for i, (x, y) in enumerate(zip(a, b)) if x != y),
                      min(len(a), len(b)))
            return (f"frame {number}: {len(a)} and {len(b)} bytes, first "
                    f"difference at {at}: {a[at:at + 16].hex()} and "
                    f"{b[at:at + 16].hex()}; heads {a[:40].hex()} "
                    f"and {b[:40].hex()}")
    if len(one) != len(other):
        return f"{len(one)} and {len(other)} frames"
    return None


def compare(path_a, path_b, *macs):
    wanted = {mac(text) for text in macs}
    a, b = by_source(read(path_a), wanted), by_source(read(path_b), wanted)
    if not a:
        return "there is no frame to compare"
    for source in sorted(a.keys() | b.keys()):
        why = differ(a.get(source, []), b.get(source, []))
        if why:
            return f"from {source.hex(':')}: {why}"
    return None


def network(frame):
    """Ethertype and network packet behind any tags."""
    at = 12
    while frame[at:at + 2] in (b"\x81\0", b"\x88\xa8"):
        at += 4
    return frame[at:at + 2], frame[at + 2:]


def segment(frame):
    """(pseudo header, IP header, TCP segment), or None."""
    ethertype, packet = network(frame)
    if ethertype == b"\x08\0" and packet[9] == 6:
        size = 4 * (packet[0] & 15)
        tcp = packet[size:int.from_bytes(packet[2:4], "big")]
        pseudo = packet[12:20] + struct.pack("!HH", 6, len(tcp))
        return pseudo, packet[:size], tcp
    if ethertype == b"\x86\xdd" and packet[6] == 6:
        tcp = packet[40:40 + int.from_bytes(packet[4:6], "big")]
        return packet[8:40] + struct.pack("!II", len(tcp), 6), b"", tcp
    return None


def tcp(path, source, check=""):
    """Joins one connection's segments by their sequence numbers."""
    pieces, first = {}, None
    for number, frame in enumerate(read(path)):
        parts = segment(frame) if frame[6:12] == mac(source) else None
        if not parts:
            continue
        pseudo, head, data = parts
        if check and (checksum(pseudo + data) or (head and checksum(head))):
            return sys.exit(f"{path}: frame {number}: wrong checksum")
        sequence = int.from_bytes(data[4:8], "big")
        if data[13] & 2:
            first = sequence + 1
        payload = data[4 * (data[12] >> 4):]
        if payload:
            pieces.setdefault(sequence, payload)
    stream = bytearray()
    first = min(pieces) if first is None else first
    for sequence in sorted(pieces, key=lambda s: (s - first) & 0xFFFFFFFF):
        at = (sequence - first) & 0xFFFFFFFF
        if at > len(stream):
            return sys.exit(f"{path}: {at - len(stream)} bytes are missing")
        stream[at:at + len(pieces[sequence])] = pieces[sequence]
    return print(len(stream), hashlib.sha256(stream).hexdigest())


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def sctp(path):
    count = 0
    for number, frame in enumerate(read(path)):
        ethertype, packet = network(frame)
        if ethertype != b"\x08\0" or packet[9] != 132:
            continue
        size = 4 * (packet[0] & 15)
        data = packet[size:int.from_bytes(packet[2:4], "big")]
        want = crc32c(data[:8] + bytes(4) + data[12:])
        if data[8:12] != struct.pack("<I", want):
            sys.exit(f"{path}: frame {number}: wrong checksum")
        count += 1
    print(count)


def send(iface, path):
    out = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
    out.bind((iface, 0))
    for number, frame in enumerate(read(path)):
        out.send(frame)
        if number % 64 == 63:
            time.sleep(0.002)


def checksum(data):
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def ipv4(payload, proto=17, src="10.9.0.100", dst="10.9.0.200"):
    head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(payload), 1, 0x4000,
                       64, proto, 0, socket.inet_aton(src),
                       socket.inet_aton(dst))
    return head[:10] + struct.pack("!H", checksum(head)) + head[12:] + payload


def ipv6(payload, proto=17):
    return struct.pack("!IHBB16s16s", 0x60000000, len(payload), proto, 64,
                       socket.inet_pton(socket.AF_INET6, "fd09::100"),
                       socket.inet_pton(socket.AF_INET6, "fd09::200")) + payload


def udp(size, rng):
    body = rng.randbytes(size)
    return struct.pack("!HHHH", 1000, 2000, 8 + size, 0) + body


def tagged(tags, ethertype, payload):
    """What follows the addresses: (TPID, TCI)..., ethertype, payload."""
    head = b"".join(struct.pack("!HH", tpid, tci) for tpid, tci in tags)
    return head + struct.pack("!H", ethertype) + payload


def kinds(rng, room):
    """Bodies (all behind the addresses) of every kind, up to room bytes."""
    arp = struct.pack("!HHBBH6s4s6s4s", 1, 0x800, 6, 4, 1, mac(
        "020000090064"), bytes([10, 9, 0, 100]), bytes(6),
        bytes([10, 9, 0, 200]))
    stacks = ([], [(0x8100, 5)], [(0x8100, 0)], [(0x8100, 0xE000)],
              [(0x8100, 0xFFFE)], [(0x88A8, 7)], [(0x88A8, 7), (0x8100, 8)],
              [(0x8100, 9), (0x8100, 10)], [(0x9100, 11), (0x8100, 12)],
              [(0x8100, 1), (0x8100, 2), (0x8100, 3)])
    for tags in stacks:
        yield tagged(tags, 0x0806, arp)
        yield tagged(tags, 0x88B5, rng.randbytes(46))
        spare = room - len(tagged(tags, 0x86DD, ipv6(udp(0, rng))))
        for size in (0, 1, 22, 100, 512, 1400, 4000, 8972, 32768, spare):
            if size <= spare:
                yield tagged(tags, 0x86DD, ipv6(udp(size, rng)))
                yield tagged(tags, 0x0800, ipv4(udp(size + 20, rng)))
    for size in range(0, 80):           # runts from 14 bytes on
        yield tagged([], 0x88B5, rng.randbytes(size))
    for ethertype in (0x0000, 0x05DC, 0x0600, 0x6558, 0x8847, 0x8863, 0x8864,
                      0x888E, 0x88CC, 0x88F7, 0xFFFF):
        yield tagged([], ethertype, rng.randbytes(60))
    yield tagged([], 0x0026, b"\x42\x42\x03" + rng.randbytes(35))   # LLC
    yield tagged([], 0x0800, b"\x45\0\xff")     # headers that lie
    yield tagged([], 0x86DD, b"\x60\0\0\0\xff\xff")
    yield tagged([], 0x0800, ipv4(rng.randbytes(40), proto=6))
    yield tagged([], 0x0800, ipv4(rng.randbytes(40), proto=47))


def craft(path, source, target, largest):
    rng = random.Random(2)
    head = mac(target) + mac(source)
    frames = [head + body for body in kinds(rng, int(largest) - 12)]
    broadcast = b"\xff" * 6 + mac(source)
    frames += [broadcast + frame[12:] for frame in frames[:20]]
    multicast = mac("01005e000101") + mac(source)
    frames += [multicast + frame[12:] for frame in frames[:20]]
    for _ in range(400):
        size = rng.randrange(0, 1486)
        frames.append(head + tagged([], 0x88B5, rng.randbytes(size)))
    rng.shuffle(frames)
    write(path, frames)


def main():
    verb, *args = sys.argv[1:]
    if verb == "count":
        print(len(read(args[0])))
    elif verb == "largest":
        print(max(map(len, read(args[0])), default=0))
    elif verb == "tcp":
        tcp(*args)
    elif verb == "sctp":
        sctp(*args)
    elif verb == "send":
        send(*args)
    elif verb == "craft":
        craft(*args)
    elif verb == "compare":
        why = compare(*args)
        if why:
            sys.exit(f"{args[0]}, {args[1]}: {why}")
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
