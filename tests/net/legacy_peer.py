#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""One end of the dialects of etherpuppet 0.3 and 0.4, byte for byte.

legacy_peer.py slave|master 0.3|0.4 little|big 40|32 listen|connect HOST PORT

The byte order and size are those of the host that it plays.  Everything it
reads is printed in hexadecimal, a line for each unit: greeting, linktype,
command, frame.  As slave it tells the parameters of PARAMS; after its first
frame has come it sends FRAME, as slave at once.  MTU in the environment: one to
tell instead.
"""
import os
import socket
import struct
import sys

VERSION = {"0.3": 0x13370103, "0.4": 0x13370104}
FRAME = bytes.fromhex("02000009000202000009006488b5") + bytes(range(64))
MAC, MTU = bytes.fromhex("020000090011"), int(os.environ.get("MTU", 1400))
ADDRESS, BROADCAST, MASK = (bytes([10, 9, 0, 1]), bytes([10, 9, 0, 255]),
                            bytes([255, 255, 255, 0]))
AF_INET, ARPHRD_ETHER = 2, 1
PARAMS = ((0x8924, ARPHRD_ETHER, MAC), (0x8922, MTU, None),
          (0x8916, AF_INET, bytes(2) + ADDRESS),
          (0x8918, AF_INET, bytes(2) + ADDRESS),
          (0x891A, AF_INET, bytes(2) + BROADCAST),
          (0x891C, AF_INET, bytes(2) + MASK))


class Peer:
    def __init__(self, dialect, order, size, stream):
        self.old = dialect == "0.3"
        self.order = "<" if order == "little" else ">"
        self.size = size if self.old else 32
        self.version = VERSION[dialect]
        self.stream = stream

    def read(self, size):
        data = b""
        while len(data) < size:
            part = self.stream.recv(size - len(data))
            if not part:
                print("end", flush=True)
                sys.exit(0)
            data += part
        return data

    def parameter(self, number, family, value):
        """A command as this host would say it."""
        name = b"wan".ljust(16, b"\0")
        if value is None and self.old:
            union = struct.pack(self.order + "I", family)
        elif value is None:     # 0.4 swaps the first two bytes of the integer
            raw = struct.pack(self.order + "I", family)
            union = raw[1::-1] + raw[2:] if self.order == "<" else raw
        elif self.old:
            union = struct.pack(self.order + "H", family) + value
        else:
            union = struct.pack(">H", family) + value
        order = self.order if self.old else ">"
        return (b"\x80\x01" + struct.pack(order + "I", number) +
                (name + union).ljust(self.size, b"\0"))

    def frame(self, frame):
        return struct.pack(">H", len(frame) + 2) + frame[12:14] + frame

    def greet(self):
        self.stream.sendall(struct.pack(">I", self.version))

    def greeted(self):
        print("greeting", self.read(4).hex(), flush=True)

    def unit(self):
        """Reads and prints one unit; what kind it was."""
        head = self.read(2)
        word, = struct.unpack(">H", head)
        if word == 0x8001:
            kind, data = "command", head + self.read(4 + self.size)
        elif word & 0x8000:
            kind, data = "command", head
        else:
            kind, data = "frame", head + self.read(word)
        print(kind, data.hex(), flush=True)
        return kind

    def slave(self):
        self.stream.sendall(struct.pack(">H", ARPHRD_ETHER))
        for parameter in PARAMS:
            self.stream.sendall(self.parameter(*parameter))
        if not self.old:
            self.stream.sendall(b"\x80\x02")
        self.stream.sendall(self.frame(FRAME))
        while True:
            self.unit()

    def master(self):
        print("linktype", self.read(2).hex(), flush=True)
        answered = False
        while True:
            if self.unit() == "frame" and not answered:
                answered = True
                self.stream.sendall(self.frame(FRAME))


def main():
    role, dialect, order, size, how, host, port = sys.argv[1:]
    if how == "listen":
        listener = socket.create_server((host, int(port)))
        stream, _ = listener.accept()
    else:
        stream = socket.create_connection((host, int(port)))
    stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    peer = Peer(dialect, order, int(size), stream)
    if how == "listen":
        peer.greeted()
    else:
        peer.greet()
    if role == "slave":
        peer.slave()
    else:
        peer.master()


if __name__ == "__main__":
    main()
