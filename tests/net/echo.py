#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""TCP connections that last.

    echo.py serve PORT              sends back what it gets, any number
    echo.py client ADDR PORT FILE   talks 20 times a second until FILE exists;
                                    exit 1 if the connection suffers
    echo.py twice PCAP              exit 1 if an IPv4 packet (by its id,
                                    checksum and addresses) is there twice
"""
import collections
import os
import socket
import struct
import sys
import threading
import time


def reflect(sock):
    with sock:
        try:
            while True:
                data = sock.recv(65536)
                if not data:
                    return
                sock.sendall(data)
        except OSError:
            pass


def serve(port):
    server = socket.create_server(('', int(port)))
    while True:
        threading.Thread(target=reflect, args=(server.accept()[0],),
                         daemon=True).start()


def client(addr, port, enough):
    sock = socket.create_connection((addr, int(port)), 10)
    turns = 0
    while not os.path.exists(enough):
        line = b'turn %07d' % turns
        sock.sendall(line)
        if sock.recv(len(line), socket.MSG_WAITALL) != line:
            sys.exit('echo.py: other bytes came back')
        if turns == 1:
            print('TALKING', flush=True)
        turns += 1
        time.sleep(0.05)
    print('%d turns' % turns)


def packets(path):
    with open(path, 'rb') as file:
        data = file.read()
    at = 24
    while at + 16 <= len(data):
        size = struct.unpack_from('<I', data, at + 8)[0]
        yield data[at + 16:at + 16 + size]
        at += 16 + size


def twice(path):
    seen = collections.Counter(
        p for p in packets(path)
        if p[12:14] == b'\x08\x00' and p[18:20] != b'\0\0')
    often = [p.hex() for p, n in seen.items() if n > 1]
    if often:
        sys.exit('\n'.join(often[:3]))


if __name__ == '__main__':
    {'serve': serve, 'client': client, 'twice': twice}[sys.argv[1]](
        *sys.argv[2:])
