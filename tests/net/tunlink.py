#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""tunlink.py NAME NAMESPACE NAMESPACE

A cable that carries raw IP: a tun interface of this name in both namespaces,
whatever is sent into one comes out of the other.  Says "ready".
"""
import ctypes
import fcntl
import os
import select
import struct
import sys

TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 0x0001, 0x1000
CLONE_NEWNET = 0x40000000


def tun(namespace, name):
    libc = ctypes.CDLL(None, use_errno=True)
    there = os.open("/run/netns/" + namespace, os.O_RDONLY)
    if libc.setns(there, CLONE_NEWNET) < 0:
        raise OSError(ctypes.get_errno(), "setns")
    end = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(end, TUNSETIFF,
                struct.pack("16sH22x", name.encode(), IFF_TUN | IFF_NO_PI))
    return end


def main():
    name, *namespaces = sys.argv[1:]
    one, other = (tun(namespace, name) for namespace in namespaces)
    print("ready", flush=True)
    poll = select.poll()
    poll.register(one, select.POLLIN)
    poll.register(other, select.POLLIN)
    while True:
        for ready, _ in poll.poll():
            os.write(other if ready == one else one, os.read(ready, 65536))


main()
