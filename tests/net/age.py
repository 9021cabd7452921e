#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""How old frames are when they are delivered, for the network tests.

age.py send ADDRESS COUNT RATE [SIZE]  UDP to port 9: numbered, RATE a second,
                                       SIZE bytes each (1000)
age.py ages FROM TO LIMIT              two captures of such: prints
        n=COUNT_IN_FROM got=COUNT_IN_TO first=PLACE last=PLACE order=ok|no
        max=MS p50=MS late=NUMBER over=HOW_MANY
                                       `late' is the number of the oldest one,
                                       `over' how many are older than LIMIT ms
age.py peer ADDRESS PORT RATE SECONDS FILE [mute]
                                       a native master that takes RATE bytes a
                                       second; writes what it takes and when to
                                       a capture; mute: answers no PING
age.py slow RATE FILE                  the same with what a master writes to our
                                       standard input, until that ends
"""
import os
import select
import socket
import struct
import sys
import time

import native

PORT = 9
MAGIC = b'\x0aAGE'


def send(address, count, rate, size=1000):
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.connect((address, PORT))
    pad = bytes(size - 42 - 8)
    start = time.monotonic()
    for number in range(count):
        ahead = start + number / rate - time.monotonic()
        if ahead > 0.0005:
            time.sleep(ahead)
        sock.send(MAGIC + struct.pack('>I', number) + pad)


def pcap_blocks(data):
    at = 24
    while at + 16 <= len(data):
        sec, usec, caplen, _ = struct.unpack_from('<IIII', data, at)
        yield sec * 1000000 + usec, data[at + 16:at + 16 + caplen]
        at += 16 + caplen


def pcapng_blocks(data):
    at = 0
    while at + 12 <= len(data):
        kind, size = struct.unpack_from('<II', data, at)
        if at + size > len(data):
            return
        if kind == 6:
            high, low, caplen = struct.unpack_from('<III', data, at + 12)
            when = (high << 32 | low) // 1000  # we write nanoseconds
            yield when, data[at + 28:at + 28 + caplen]
        at += size


def read(path):
    """(number, microseconds) of each numbered frame, in order."""
    with open(path, 'rb') as file:
        data = file.read()
    blocks = pcapng_blocks if data[:4] == b'\x0a\x0d\x0d\x0a' else pcap_blocks
    for when, frame in blocks(data):
        at = frame.find(MAGIC, 0, 64)
        if at >= 0:
            yield struct.unpack_from('>I', frame, at + 4)[0], when


def ages(source, target, limit):
    came = dict(read(source))
    got = list(read(target))
    place = {number: n for n, number in enumerate(came)}
    numbers = [place[number] for number, _ in got]
    old = sorted((when - came[number], number) for number, when in got)
    if not old:
        sys.exit('age.py: nothing was delivered')
    ordered = all(a < b for a, b in zip(numbers, numbers[1:]))
    print('n=%d got=%d first=%d last=%d order=%s max=%d p50=%d late=%d '
          'over=%d' % (
              len(came), len(got), numbers[0], numbers[-1],
              'ok' if ordered else 'no', old[-1][0] // 1000,
              old[len(old) // 2][0] // 1000, old[-1][1],
              sum(age > limit * 1000 for age, _ in old)))


class Capture:
    def __init__(self, path):
        self.file = open(path, 'wb', buffering=0)
        self.file.write(struct.pack('<IHHiIII', 0xA1B2C3D4, 2, 4, 0, 0,
                                    262144, 1))

    def add(self, frame):
        now = time.time_ns() // 1000
        self.file.write(struct.pack('<IIII', now // 1000000, now % 1000000,
                                    len(frame), len(frame)) + frame)


def slowly(fd, rate, seconds, step=0.01):
    """What comes on fd, no more than rate bytes a second."""
    end, due = time.monotonic() + seconds, time.monotonic()
    while time.monotonic() < end:
        due += step
        time.sleep(max(0, due - time.monotonic()))
        if not select.select([fd], [], [], end - time.monotonic())[0]:
            continue
        data = os.read(fd, int(rate * step))
        if not data:
            return
        yield data


def peer_message(sock, kind, flags, body, out, mute):
    if kind == native.PING and not mute:
        sock.sendall(native.message(native.PONG, body))
    if kind == native.FRAME:
        assert not flags & ~7
        out.add(body[10 * (flags & 1) + 8 * (flags >> 1 & 1):])


def peer(address, port, rate, seconds, path, mute=None):
    sock = socket.create_connection((address, port), 10)
    sock.sendall(native.preamble() + native.hello())
    out, buffer = Capture(path), b''
    for data in slowly(sock.fileno(), rate, seconds):
        buffer += data
        if buffer[:4] == b'EPUP':
            buffer = buffer[8:]
        while len(buffer) >= 8:
            kind, flags, _, size = struct.unpack('>BBHI', buffer[:8])
            if len(buffer) < 8 + size:
                break
            peer_message(sock, kind, flags, buffer[8:8 + size], out, mute)
            buffer = buffer[8 + size:]


def slow(rate, path):
    out, buffer = Capture(path), b''
    for data in slowly(0, rate, 600):
        buffer += data
        while len(buffer) >= 8:
            kind, size = struct.unpack('<II', buffer[:8])
            if len(buffer) < size:
                break
            if kind == 6:
                caplen, = struct.unpack_from('<I', buffer, 20)
                out.add(buffer[28:28 + caplen])
            buffer = buffer[size:]


def main(argv):
    if len(argv) >= 5 and argv[1] == 'send':
        send(argv[2], *(int(word) for word in argv[3:]))
    elif len(argv) == 5 and argv[1] == 'ages':
        ages(argv[2], argv[3], int(argv[4]))
    elif len(argv) >= 7 and argv[1] == 'peer':
        peer(argv[2], int(argv[3]), int(argv[4]), int(argv[5]), *argv[6:])
    elif len(argv) == 4 and argv[1] == 'slow':
        slow(int(argv[2]), argv[3])
    else:
        sys.exit(__doc__)


if __name__ == '__main__':
    main(sys.argv)
