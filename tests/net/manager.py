#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""A service manager's socket: manager.py ADDRESS [deaf]

ADDRESS is a path, or behind '@' an abstract name.  Prints BOUND, then each
datagram as one line, "|" for its newlines; deaf: never reads."""
import os
import signal
import socket
import sys

address = sys.argv[1]
if address[0] == "@":
    address = "\0" + address[1:]
sock = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
sock.bind(address)
print("BOUND", flush=True)
while sys.argv[2:] == ["deaf"]:
    signal.pause()
while True:
    print(sock.recv(65536).decode("ascii").replace("\n", "|"), flush=True)
