#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""What strangers say first.

    strangers.py connect HOST PORT KIND     says it, prints what comes back
    strangers.py listen ADDR PORT KIND      for one connection
    strangers.py crowd HOST PORT N          N at once that say nothing, until
                                            the end of standard input
    strangers.py trickle HOST PORT          one byte of a good beginning a
                                            second, and when it was closed
    strangers.py storm HOST PORT KIND       as many as go, until the end of
                                            standard input; then how many
    strangers.py escaped KIND               its first 48 bytes, as we print them
KIND: http, tls, ssh, random, zeros, nothing, old (an etherpuppet 0.3); storm
also knows silent (it stays), hello (a whole one, then the end).
"""
import collections
import random
import select
import socket
import struct
import sys
import time

CLIENT_HELLO = bytes.fromhex('16030100a5010000a10303') + bytes(156)
SERVER = {
    'http': b'HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n',
    'tls': bytes.fromhex('15030300020228'),
    'ssh': b'SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n',
}
CLIENT = {
    'http': b'GET / HTTP/1.1\r\nHost: gw\r\n\r\n',
    'tls': CLIENT_HELLO,
    'ssh': b'SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n',
}
BOTH = {
    'random': random.Random(3).randbytes(300),
    'zeros': bytes(64),
    'nothing': b'',
    'old': bytes.fromhex('13370103'),
}


def escaped(kind):
    return ''.join(chr(c) if 32 <= c < 127 else '\\x%02x' % c
                   for c in BOTH[kind][:48])


def crowd(addr, port, n):
    socks = [socket.create_connection((addr, int(port)), 10)
             for _ in range(int(n))]
    print('CROWD %d' % len(socks), flush=True)
    sys.stdin.read()


def trickle(addr, port):
    sock = socket.create_connection((addr, int(port)), 10)
    sock.settimeout(1)
    start, closed = time.monotonic(), False
    for byte in b'EPUP\0\1\0\0\1\0\0\0\0\0\1\0' + bytes(256):
        sock.sendall(bytes([byte]))
        try:
            closed = sock.recv(4096) == b''
        except TimeoutError:
            continue
        except ConnectionError:
            closed = True
        if closed:
            break
        time.sleep(1)
    print('CLOSED after %d s' % (time.monotonic() - start), flush=True)


def knock(addr, port):
    sock = socket.socket(socket.AF_INET6 if ':' in addr else socket.AF_INET)
    # a reset at the end: no port of ours waits for two minutes
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                    struct.pack('ii', 1, 0))
    sock.settimeout(5)
    sock.connect((addr, int(port)))
    return sock


def storm(addr, port, kind):
    hello = bytes.fromhex('4550555000010000' '01000000' '0000000b'
                          '0001000102' '000200020001')
    words = {**BOTH, **CLIENT, 'hello': hello, 'silent': b''}[kind]
    held, count = collections.deque(), 0
    print('STORM', flush=True)
    while not select.select([sys.stdin], [], [], 0)[0]:
        try:
            sock = knock(addr, port)
            sock.sendall(words)
            if words:
                sock.settimeout(0.2)
                sock.recv(1)
        except OSError:
            pass
        held.append(sock)
        count += 1
        if len(held) > (100 if kind == 'silent' else 0):
            held.popleft().close()
    print('KNOCKED %d' % count, flush=True)


def main(how, addr, port, kind):
    if how == 'listen':
        server = socket.create_server((addr, int(port)))
        print('LISTENING', flush=True)
        sock, words = server.accept()[0], SERVER
    else:
        sock, words = socket.create_connection((addr, int(port)), 10), CLIENT
    sock.settimeout(20)
    sock.sendall({**BOTH, **words}[kind])
    if kind == 'nothing':
        sock.close()
        return
    got = b''
    try:
        while len(got) < 100000:
            data = sock.recv(4096)
            if not data:
                break
            got += data
    except ConnectionError:
        pass
    print('GOT %s' % got.hex(), flush=True)


if __name__ == '__main__':
    if sys.argv[1] == 'escaped':
        print(escaped(sys.argv[2]))
    elif sys.argv[1] in ('crowd', 'trickle'):
        {'crowd': crowd, 'trickle': trickle}[sys.argv[1]](*sys.argv[2:])
    elif sys.argv[1] == 'storm':
        storm(*sys.argv[2:])
    else:
        main(*sys.argv[1:])
