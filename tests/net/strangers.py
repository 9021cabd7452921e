#!/usr/bin/python3
"""What strangers say first.

    strangers.py connect HOST PORT KIND     says it, prints what comes back
    strangers.py listen ADDR PORT KIND      for one connection
    strangers.py escaped KIND               its first 48 bytes, as we print them
KIND: http, tls, ssh, random, zeros, nothing, old (an etherpuppet 0.3).
"""
import random
import socket
import sys

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
    else:
        main(*sys.argv[1:])
