#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""What a hostile host on the wire sends, and what hears it.

serve PORT                       prints each UDP payload, IPv4 and IPv6
send IFACE PORT MAC:TO:TEXT ...  raw frames, or packets without a MAC: one
                                 each, from 10.9.0.2 or fd09::2
flood IFACE PORT MAC:TO:TEXT     the same until it is killed
ask IFACE TO...                  by ARP
arp IFACE TO...                  the same, and prints who is answered, until
                                 the last one is
lacking COMMAND...               runs it as a kernel without nftables would

In "MAC:TO:TEXT" the MAC has no colons, and '/' stands for ':' in the address.
"""
import ctypes
import os
import socket
import struct
import sys
import time


def checksum(data):
    data += bytes(len(data) % 2)
    total = sum(struct.unpack('!%dH' % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def udp4(to, port, text):
    udp = struct.pack('!4H', 4242, port, 8 + len(text), 0) + text
    head = struct.pack('!BBHHHBBH', 0x45, 0, 20 + len(udp), 0, 0, 64, 17, 0)
    head += socket.inet_aton('10.9.0.2') + socket.inet_aton(to)
    return head[:10] + struct.pack('!H', checksum(head)) + head[12:] + udp


def udp6(to, port, text):
    ends = (socket.inet_pton(socket.AF_INET6, 'fd09::2') +
            socket.inet_pton(socket.AF_INET6, to))
    udp = struct.pack('!4H', 4242, port, 8 + len(text), 0) + text
    total = checksum(ends + struct.pack('!II', len(udp), 17) + udp) or 0xffff
    udp = udp[:6] + struct.pack('!H', total) + udp[8:]
    return struct.pack('!IHBB', 6 << 28, len(udp), 17, 64) + ends + udp


def frame(port, spec):
    mac, to, text = spec.split(':')
    to = to.replace('/', ':')
    six = ':' in to
    packet = (udp6 if six else udp4)(to, port, text.encode())
    if not mac:
        return packet, six
    link = bytes.fromhex(mac) + bytes.fromhex('020000090002')
    return link + (b'\x86\xdd' if six else b'\x08\x00') + packet, six


def send(iface, port, *specs):
    for spec in specs:
        data, six = frame(int(port), spec)
        kind = socket.SOCK_RAW if spec[0] != ':' else socket.SOCK_DGRAM
        with socket.socket(socket.AF_PACKET, kind) as s:
            s.sendto(data, (iface, 0x86dd if six else 0x800))


def flood(iface, port, spec):
    data, six = frame(int(port), spec)
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as s:
        while True:
            s.sendto(data, (iface, 0x86dd if six else 0x800))
            time.sleep(0.0005)


def serve(port):
    s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    s.bind(('::', int(port)))
    print('ready', flush=True)
    while True:
        print(s.recv(2048).decode(), flush=True)


def ask(iface, *targets):
    s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x806))
    s.bind((iface, 0x806))
    own = bytes.fromhex('020000090002')
    for to in targets:
        s.send(b'\xff' * 6 + own + b'\x08\x06' +
               struct.pack('!HHBBH', 1, 0x800, 6, 4, 1) + own +
               socket.inet_aton('10.9.0.2') + bytes(6) +
               socket.inet_aton(to) + bytes(18))
    return s


def arp(iface, *targets):
    s = ask(iface, *targets)
    while True:
        got = s.recv(2048)
        if got[20:22] == b'\x00\x02':
            who = socket.inet_ntoa(got[28:32])
            print(who, flush=True)
            if who == targets[-1]:
                break


# socket(2) with this protocol fails by EPROTONOSUPPORT: by seccomp(2), whose
# instructions are (code, true, false, k).
NETLINK_NETFILTER, EPROTONOSUPPORT = 12, 93
SOCKET = {'x86_64': 41, 'aarch64': 198, 'riscv64': 198}


def lacking(*command):
    if os.uname().machine not in SOCKET:
        sys.exit('the number of socket(2) is not known here')
    code = b''.join(struct.pack('=HBBI', *i) for i in (
        (0x20, 0, 0, 0),
        (0x15, 0, 5, SOCKET[os.uname().machine]),
        (0x20, 0, 0, 16),  # domain
        (0x15, 0, 3, socket.AF_NETLINK),
        (0x20, 0, 0, 32),  # protocol
        (0x15, 0, 1, NETLINK_NETFILTER),
        (0x06, 0, 0, 0x50000 | EPROTONOSUPPORT),
        (0x06, 0, 0, 0x7fff0000)))
    program = ctypes.create_string_buffer(code)
    prog = struct.pack('HxxxxxxP', len(code) // 8, ctypes.addressof(program))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(38, 1, 0, 0, 0) or libc.prctl(22, 2, prog, 0, 0):
        sys.exit('no seccomp here: ' + os.strerror(ctypes.get_errno()))
    os.execv(command[0], command)


globals()[sys.argv[1]](*sys.argv[2:])
