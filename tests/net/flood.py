#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""A peer that says one thing as fast as it can, until the other side ends.

    flood.py DIALECT ROLE KIND ADDR PORT    listens there, for one connection

DIALECT: native, 0.3, 0.4.  ROLE: its own, slave or master.  KIND: hello,
params, ping, pong, stats, pad, mark, skip, deep (unknown messages of full
size), or, of the old dialects, commands, broken (a capture that failed).
It reads all that comes.  "FLOODS" when it begins; "FRAME" for the first frame
that comes a tenth of a second later or more, so behind a lot of what it says.
"""
import itertools
import os
import random
import select
import socket
import struct
import sys
import time

import legacy_peer
import native

BLOCK = 100000
PAD, MARK, UNKNOWN = 8, 9, 200


def tlv_hello(role, want):
    return native.hello('role=%s,link=1,can=0,maxframe=65557,want=%d' % (
        role, want))


def tlv_params(i):
    """Everything that can change changes."""
    text = ['mac=02:00:00:00:%02x:%02x' % (i >> 8 & 255, i & 255),
            'mtu=%d' % (1000 + i % 500), 'flags=%d' % (i % 4), 'follow']
    text += ['addr=10.%d.%d.1/24' % (20 + i % 200, j) for j in range(10)]
    return native.params(','.join(text))


def token(kind, i):
    return native.message(kind, struct.pack('>Q', i))


NATIVE = {
    # promiscuous, exclusive, read-only: each on and off
    'hello': lambda role, i: tlv_hello(role, i % 8 * 2),
    'params': lambda role, i: tlv_params(i),
    'ping': lambda role, i: token(native.PING, i),
    'pong': lambda role, i: token(native.PONG, i),
    'stats': lambda role, i: native.stats(
        'up_frames=%d,dropped=%d,reason=because %d' % (i, i, i)),
    'pad': lambda role, i: native.message(PAD),
    'mark': lambda role, i: native.message(
        MARK, struct.pack('>QII', random.getrandbits(64), i, 1 + i)),
    'skip': lambda role, i: native.message(UNKNOWN),
    'deep': lambda role, i: native.message(UNKNOWN, bytes(131072)),
}


def legacy_messages(peer, kind):
    if kind == 'broken':
        return [b'\0\1\0']
    commands = [peer.parameter(number, family + (value is None) * i, value)
                for i in range(2)
                for number, family, value in legacy_peer.PARAMS]
    return commands if peer.old else commands + [b'\x80\x02']


def block(messages):
    out = b''
    for m in messages:
        out += m
        if len(out) > BLOCK:
            return out
    return out


class Reader:
    """Finds frames in what comes."""

    def __init__(self, native_dialect):
        self.native = native_dialect
        self.data = b''

    def size(self):
        """Of the message in front, and whether it is a frame."""
        if self.native:
            kind, _, _, n = struct.unpack_from('>BBHI', self.data)
            return 8 + n, kind == native.FRAME
        n, = struct.unpack_from('>H', self.data)
        if n == 0x8001:
            return 46, False
        return (2, False) if n & 0x8000 else (2 + n, True)

    def take(self, data):
        """Whether there was a frame."""
        self.data += data
        found, head = False, 8 if self.native else 2
        while len(self.data) >= head:
            n, is_frame = self.size()
            if len(self.data) < n:
                break
            self.data = self.data[n:]
            found |= is_frame
        return found


def flood(sock, reader, data):
    sock.setblocking(False)
    print('FLOODS', flush=True)
    begin, said, at = time.monotonic(), False, 0
    while True:
        readable, writable, _ = select.select([sock], [sock], [])
        if readable:
            got = sock.recv(1 << 20)
            if not got:
                break
            if reader.take(got) and not said and \
                    time.monotonic() > begin + 0.1:
                said = True
                print('FRAME', flush=True)
        if writable:
            at += sock.send(data[at:at + (1 << 20)])
            at = 0 if at == len(data) else at


def main(dialect, role, kind, addr, port):
    server = socket.create_server((addr, int(port)))
    print('LISTENING', flush=True)
    sock = server.accept()[0]
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    sock.recv(8 if dialect == 'native' else 4, socket.MSG_WAITALL)
    reader = Reader(dialect == 'native')
    if reader.native:
        sock.sendall(native.preamble() + tlv_hello(role, 0))
        if role == 'slave':
            sock.sendall(native.params())
        data = block(NATIVE[kind](role, i) for i in itertools.count(1))
    else:
        peer = legacy_peer.Peer(dialect, 'little', 40, sock)
        messages = legacy_messages(peer, kind)
        if role == 'slave':
            sock.sendall(b'\0\1')
            sock.sendall(b''.join(messages))
        else:
            sock.recv(2, socket.MSG_WAITALL)
        data = block(itertools.cycle(messages))
    try:
        flood(sock, reader, data)
    except OSError as error:
        print('END %s' % error.strerror, flush=True)
    sys.stdout.flush()
    os._exit(0)


if __name__ == '__main__':
    main(*sys.argv[1:])
