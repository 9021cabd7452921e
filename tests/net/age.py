#!/usr/bin/python3
"""How old frames are when they are delivered, for the network tests.

age.py send ADDRESS COUNT RATE [SIZE]  UDP to port 9: numbered, RATE a second,
                                       SIZE bytes each (1000)
age.py ages FROM TO LIMIT              two captures of such: prints
        n=COUNT_IN_FROM got=COUNT_IN_TO first=NUMBER last=NUMBER order=ok|no
        max=MS p50=MS late=NUMBER over=HOW_MANY
                                       `late' is the number of the oldest one,
                                       `over' how many are older than LIMIT ms
"""
import socket
import struct
import sys
import time

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
    numbers = [number for number, _ in got]
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


def main(argv):
    if len(argv) >= 5 and argv[1] == 'send':
        send(argv[2], *(int(word) for word in argv[3:]))
    elif len(argv) == 5 and argv[1] == 'ages':
        ages(argv[2], argv[3], int(argv[4]))
    else:
        sys.exit(__doc__)


if __name__ == '__main__':
    main(sys.argv)
