#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Bad input for a listening etherpuppet, one connection after the other.

    hostile.py HOST PORT slave|master DIALECT prefixes
    hostile.py HOST PORT slave|master DIALECT random BYTES SEED

slave, master: what listens there; we are the other.  DIALECT: native, 0.3,
0.4.  Every connection ends with our end of file, and the listener has to
close it within 10 s: else it hangs, and we exit 1.
"""
import random
import socket
import struct
import sys

sys.dont_write_bytecode = True
import native  # noqa: E402

CHUNK = 16384
FRAME = bytes.fromhex('ffffffffffff020000000007' '0806') + bytes(46)
IOCTLS = ((0x8924, struct.pack('<H', 1) + bytes.fromhex('020000000007')),
          (0x8922, struct.pack('<I', 1400)),
          (0x8916, struct.pack('<HH', 2, 0) + bytes([198, 51, 100, 7])),
          (0x8918, struct.pack('<HH', 2, 0) + bytes([198, 51, 100, 7])),
          (0x891a, struct.pack('<HH', 2, 0) + bytes([198, 51, 100, 255])),
          (0x891c, struct.pack('<HH', 2, 0) + bytes([255, 255, 255, 0])))


def session_native(listener):
    ours = 'master' if listener == 'slave' else 'slave'
    out = native.preamble()
    out += native.hello('role=%s,link=1,can=15,want=0,maxframe=65557,'
                        'ifname=other0,version=test' % ours)
    if ours == 'slave':
        out += native.params('name=other0,link=1,mac=02:00:00:00:00:07,'
                             'mtu=1400,flags=3,addr=198.51.100.7/24,follow')
    out += native.message(native.PING, struct.pack('>Q', 7))
    out += native.frame(FRAME)
    out += native.message(native.FRAME, bytes(10) + FRAME, 1)
    out += native.message(native.PONG, struct.pack('>Q', 8))
    out += native.message(native.STATS, native.tlv(1, bytes(8)))
    return out + native.message(native.BYE, struct.pack('>H', 1) + b'done')


def record(data):
    return struct.pack('>H', 2 + len(data)) + data[12:14] + data


def command(dialect, number, value):
    if dialect == '0.3':
        name = b'other0'.ljust(16, b'\0')
        return struct.pack('>H', 0x8001) + struct.pack('<I', number) + \
            name + value.ljust(24, b'\0')
    family = struct.pack('>H', struct.unpack('<H', value[:2])[0])
    return struct.pack('>HI', 0x8001, number) + b'other0'.ljust(16, b'\0') + \
        family + value[2:].ljust(14, b'\0')


def session_legacy(listener, dialect):
    out = struct.pack('>I', 0x13370103 if dialect == '0.3' else 0x13370104)
    if listener == 'master':
        out += struct.pack('>H', 1)
        out += b''.join(command(dialect, *c) for c in IOCTLS)
        if dialect == '0.4':
            out += struct.pack('>H', 0x8002)
    return out + record(FRAME) + record(FRAME + bytes(100))


def session(listener, dialect):
    if dialect == 'native':
        return session_native(listener)
    return session_legacy(listener, dialect)


def deliver(where, data):
    """Connects, sends, ends, waits for the end; how many bytes went."""
    sent = 0
    with socket.create_connection(where, 10) as sock:
        sock.settimeout(10)
        try:
            while sent < len(data):
                sent += sock.send(data[sent:])
            sock.shutdown(socket.SHUT_WR)
            while sock.recv(65536):
                pass
        except socket.timeout:
            sys.exit('hostile.py: not closed within 10 s: %s' %
                     data[:200].hex())
        except OSError:
            pass
    return sent


def prefixes(where, listener, dialect):
    whole = session(listener, dialect)
    for size in range(len(whole) + 1):
        deliver(where, whole[:size])
    print('%d prefixes' % (len(whole) + 1))


def start(listener, dialect):
    """As much of a session as lets the listener read on."""
    if dialect == 'native':
        ours = 'master' if listener == 'slave' else 'slave'
        return native.preamble() + native.hello('role=%s,link=1' % ours)
    whole = session_legacy(listener, dialect)
    return whole[:6] if listener == 'master' else whole[:4]


def framed(rng, size):
    """Messages whose outer lengths are right, nearly always for their type."""
    out = b''
    while len(out) < size:
        kind = rng.choice((3, 3, 3, 3, 4, 5, 8, 9, 255))
        body = rng.randbytes(rng.choice((32, 60, 64, 1500, 9000)))
        if kind in (4, 5):
            body = body[:8]
        if rng.randrange(100) == 0:
            kind, body = rng.randrange(9), body[:rng.randrange(15)]
        out += native.message(kind, body, rng.randrange(8))
    return out


SIZES = {native.HELLO: {1: 1, 2: 2, 3: 4, 4: 4, 6: 0, 7: 4, 9: 5},
         native.PARAMS: {2: 2, 3: 6, 4: 4, 5: 4, 6: 12, 7: 0},
         native.STATS: {n: 8 for n in range(1, 12)}}


def tlv(rng, kind):
    number = rng.choice(list(SIZES[kind]) * 4 + [5, 8, 10, 12, 77])
    size = SIZES[kind].get(number, rng.randrange(40))
    if rng.randrange(50) == 0:
        size = rng.randrange(24)
    return native.tlv(number, rng.randbytes(size))


def framed_tlvs(rng, size):
    """HELLOs, PARAMS and STATS of TLVs with random contents."""
    out = b''
    while len(out) < size:
        kind = rng.choice((1, 2, 2, 7))
        body = b''.join(tlv(rng, kind) for _ in range(rng.randrange(12)))
        out += native.message(kind, body)
    return out


def framed_records(rng, size, dialect):
    out = b''
    while len(out) < size:
        if rng.randrange(4):
            out += record(rng.randbytes(rng.randrange(14, 1600)))
        else:
            number = rng.choice(IOCTLS)[0]
            out += command(dialect, number, rng.randbytes(16))
    return out


def noise(rng, listener, dialect):
    """One connection's bytes, of one of four kinds."""
    head = start(listener, dialect)
    kind = rng.choice((0, 1, 2, 2, 2, 3))
    if kind == 0:
        return rng.randbytes(CHUNK)
    if kind == 1:
        return head + rng.randbytes(CHUNK)
    if dialect != 'native':
        return head + framed_records(rng, 4 * CHUNK, dialect)
    return head + (framed if kind == 2 else framed_tlvs)(rng, 4 * CHUNK)


def randoms(where, listener, dialect, total, seed):
    rng = random.Random(seed)
    sent = count = 0
    while sent < total:
        sent += deliver(where, noise(rng, listener, dialect))
        count += 1
    print('%d random bytes in %d connections' % (sent, count))


def main(argv):
    if len(argv) < 6:
        sys.exit(__doc__)
    where, listener, dialect = (argv[1], int(argv[2])), argv[3], argv[4]
    if argv[5] == 'prefixes':
        prefixes(where, listener, dialect)
    else:
        randoms(where, listener, dialect, int(argv[6]), int(argv[7]))


if __name__ == '__main__':
    main(sys.argv)
