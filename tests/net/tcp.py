#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Known bytes over TCP, for the network tests.

tcp.py serve ADDRESS PORT                 takes one connection until its end
tcp.py send ADDRESS PORT BYTES [RATE]     RATE: bytes per second, paced

Both print how many bytes there were and their SHA-256.
"""
import hashlib
import random
import socket
import sys

BLOCK = random.Random(1).randbytes(1 << 20)


def serve(address, port):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((address, port))
    listener.listen(1)
    stream, _ = listener.accept()
    listener.close()
    digest, total = hashlib.sha256(), 0
    while data := stream.recv(1 << 18):
        digest.update(data)
        total += len(data)
    return total, digest


def send(address, port, total, rate=0):
    stream = socket.create_connection((address, port), timeout=60)
    if rate:
        so_max_pacing_rate = 47
        stream.setsockopt(socket.SOL_SOCKET, so_max_pacing_rate, rate)
    digest, left = hashlib.sha256(), total
    while left:
        part = BLOCK[:min(left, len(BLOCK))]
        digest.update(part)
        stream.sendall(part)
        left -= len(part)
    stream.shutdown(socket.SHUT_WR)
    stream.recv(1)      # the other side has read it all
    return total, digest


def main():
    verb, address, port, *rest = sys.argv[1:]
    if verb == "serve":
        total, digest = serve(address, int(port))
    else:
        total, digest = send(address, int(port), *map(int, rest))
    print(total, digest.hexdigest())


main()
