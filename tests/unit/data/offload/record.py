#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Records super-frames and what the kernel makes of them.

        A                      B                      C
   va 10.9.0.1 ------ vb [bridge] vc ------ vd 10.9.0.2
   tunnel 10.8.0.1                          tunnel 10.8.0.2

va and vb have all offloads, vc has none.  So what A sends passes vb whole,
with a virtio-net header that says what is left to do, and the kernel does
that work on its way out of vc: vd receives the segments.

Each case becomes NAME.bin, records one after another, big-endian:

   u32 length of the frame
   10 bytes: u8 flags, u8 gso, u16 hdr_len, gso_size, csum_start, csum_offset
   the frame

A record whose ten bytes are not all zero is a frame as seen at vb; the
records after it, with all zero, are what the kernel cut it into.

usage: record.py DIRECTORY [NAME...]

Needs root, iproute2, ethtool.  A case that the kernel cannot do is skipped by
name: a tunnel that it does not have, a UDP super-frame with a virtio-net
header before Linux 6.2 (EINVAL).  The files beside this script are from Linux
6.18, those of tunnels other than VXLAN from 6.1.
"""
import ctypes
import errno
import os
import select
import socket
import struct
import subprocess
import sys
import time

SOL_PACKET, PACKET_AUXDATA, PACKET_VNET_HDR = 263, 8, 15
SOL_UDP, UDP_SEGMENT = 17, 103
TP_STATUS_VLAN_VALID, TP_STATUS_VLAN_TPID_VALID = 0x10, 0x40
ETH_P_ALL = 3
VNET = "=BBHHHH"
MSS = 200
PORT = 7000
MAC = {"va": bytes.fromhex("020000000901"), "vd": bytes.fromhex("020000000902")}
libc = ctypes.CDLL(None, use_errno=True)
WANTED = []
NS = {n: "ofl%d%s" % (os.getpid(), n) for n in "abc"}


def sh(command):
    return subprocess.run(command.split(), stderr=subprocess.PIPE, text=True)


def must(command):
    done = sh(command)
    if done.returncode != 0:
        sys.exit("%s: %s" % (command, done.stderr.strip()))


def enter(ns):
    """What is opened after this is in that namespace."""
    fd = os.open("/run/netns/" + NS[ns], os.O_RDONLY)
    if libc.setns(fd, 0) != 0:
        sys.exit("setns: " + os.strerror(ctypes.get_errno()))
    os.close(fd)


def topology_up():
    a, b, c = NS["a"], NS["b"], NS["c"]
    for n in (a, b, c):
        must("ip netns add " + n)
        must("ip -n %s link set lo up" % n)
    must("ip -n %s link add va address %s type veth peer name vb netns %s"
         % (a, MAC["va"].hex(":"), b))
    must("ip -n %s link add vd address %s type veth peer name vc netns %s"
         % (c, MAC["vd"].hex(":"), b))
    must("ip -n %s link add name br0 type bridge mcast_snooping 0" % b)
    must("ip netns exec %s ethtool -K vc tx off tso off gso off" % b)
    for dev in ("vb", "vc", "br0"):
        must("ip -n %s link set %s up" % (b, dev))
        if dev != "br0":
            must("ip -n %s link set %s master br0" % (b, dev))
    for n, dev, last in ((a, "va", 1), (c, "vd", 2)):
        must("ip -n %s addr add 10.9.0.%d/24 dev %s" % (n, last, dev))
        must("ip -n %s addr add fd09::%d/64 dev %s nodad" % (n, last, dev))
        must("ip -n %s link set %s up" % (n, dev))


def topology_down():
    for n in NS.values():
        sh("ip netns del " + n)


class Capture:
    """Frames from va that an interface receives, VLAN tags put back."""

    def __init__(self, ns, dev):
        enter(ns)
        s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        s.setsockopt(SOL_PACKET, PACKET_VNET_HDR, 1)
        s.setsockopt(SOL_PACKET, PACKET_AUXDATA, 1)
        s.bind((dev, ETH_P_ALL))
        s.setblocking(False)
        self.socket, self.frames = s, []

    def read(self):
        while True:
            try:
                data, anc, _, where = self.socket.recvmsg(70000, 256)
            except BlockingIOError:
                return
            if data[16:22] == MAC["va"] and where[2] != socket.PACKET_OUTGOING:
                self.frames.append(self.untangle(data, anc))

    @staticmethod
    def untangle(data, anc):
        header, frame = list(struct.unpack(VNET, data[:10])), data[10:]
        for level, kind, aux in anc:
            if (level, kind) != (SOL_PACKET, PACKET_AUXDATA):
                continue
            status, _, _, _, _, tci, tpid = struct.unpack("=IIIHHHH", aux[:20])
            if not status & TP_STATUS_VLAN_VALID:
                continue
            if not status & TP_STATUS_VLAN_TPID_VALID:
                tpid = 0x8100
            frame = frame[:12] + struct.pack("!HH", tpid, tci) + frame[12:]
            if header[0]:
                header[2] += 4
                header[4] += 4
        return header, frame


def pieces(header, frame):
    """How many frames the kernel should make of one."""
    _, gso, _, size, start, offset = header
    if gso == 0:
        return 1
    head = (frame[start + 12] >> 4) * 4 if offset == 16 else 8
    return -(-(len(frame) - start - head) // size)


def transfer_tcp(server, client):
    """A few hundred bytes, then more than three segments that end with FIN."""
    family = socket.AF_INET6 if ":" in server else socket.AF_INET
    enter("c")
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((server, PORT))
    listener.listen()
    enter("a")
    s = socket.socket(family, socket.SOCK_STREAM)
    s.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, MSS)
    s.bind((client, 0))
    s.settimeout(10)
    listener.settimeout(10)
    s.connect((server, PORT))
    got, _ = listener.accept()
    s.sendall(bytes(i * 7 & 255 for i in range(700)))
    s.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, 1)
    s.sendall(bytes(i * 11 & 255 for i in range(801)))
    s.shutdown(socket.SHUT_WR)
    got.settimeout(10)
    while got.recv(65536):
        pass
    for each in (got, s, listener):
        each.close()


def transfer_udp(server, client):
    """One datagram, then one cut into segments of an odd size."""
    family = socket.AF_INET6 if ":" in server else socket.AF_INET
    enter("c")
    r = socket.socket(family, socket.SOCK_DGRAM)
    r.bind((server, PORT))
    r.settimeout(10)
    enter("a")
    s = socket.socket(family, socket.SOCK_DGRAM)
    s.bind((client, 0))
    s.connect((server, PORT))
    s.send(b"checksum only, odd")
    r.recv(100)
    s.setsockopt(SOL_UDP, UDP_SEGMENT, 151)
    s.send(bytes(i * 13 & 255 for i in range(700)))
    for _ in range(5):
        r.recv(1000)
    s.close()
    r.close()


def add16(*parts):
    data = b"".join(parts)
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return total


def craft(version, proto, flags=0x18, gso=None, tags=b"", options=b"",
          final=None, size=100, payload=333):
    """A frame with its offload header that no socket would send."""
    head = 20 if proto == 6 else 8
    length = head + payload
    if version == 4:
        src, dst = bytes((10, 9, 0, 1)), bytes((10, 9, 0, 2))
        ihl = 20 + len(options)
        ip = struct.pack("!BBHHHBBH4s4s", 0x40 | ihl // 4, 2, ihl + length,
                         0xfffe, 0x4000, 64, proto, 0, src, dst) + options
        ip = ip[:10] + struct.pack("!H", add16(ip) ^ 0xffff) + ip[12:]
    else:
        src = bytes.fromhex("fd09" + "00" * 13 + "01")
        dst = bytes.fromhex("fd09" + "00" * 13 + "02")
        ip = struct.pack("!IHBB16s16s", 6 << 28, len(options) + length,
                         0 if options else proto, 64, src, dst) + options
    seed = add16(src, final or dst, struct.pack("!HH", proto, length))
    if proto == 6:
        l4 = struct.pack("!HHIIBBHHH", 5, 9, 0xffffffc0, 77, 0x50, flags, 500,
                         seed, 0)
    else:
        l4 = struct.pack("!HHHH", 5, 9, length, seed)
    ethertype = struct.pack("!H", 0x0800 if version == 4 else 0x86dd)
    link = MAC["vd"] + MAC["va"] + tags + ethertype
    start = len(link) + len(ip)
    if gso is None:
        gso = 5 if proto == 17 else 1 if version == 4 else 4
    header = (1, gso, start + head, size, start, 16 if proto == 6 else 6)
    return header, link + ip + l4 + bytes(i * 5 & 255 for i in range(payload))


def inject(header, frame):
    enter("a")
    s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
    s.setsockopt(SOL_PACKET, PACKET_VNET_HDR, 1)
    s.bind(("va", 0))
    s.send(struct.pack(VNET, *header) + frame)
    s.close()


def save(directory, name, groups):
    with open(os.path.join(directory, name + ".bin"), "wb") as out:
        for (header, frame), cut in groups:
            out.write(struct.pack("!IBBHHHH", len(frame), *header) + frame)
            for _, segment in cut:
                out.write(struct.pack("!I10x", len(segment)) + segment)


def restore(header, frame):
    """C's receiver of FOU shortens the outer IP length in the captured frame
    (fou_recv_pull()), whose checksum still is of what was on the wire."""
    if frame[12:15] != b"\x08\x00E" or frame[23] != socket.IPPROTO_UDP:
        return header, frame
    frame = frame[:16] + struct.pack("!H", len(frame) - 14) + frame[18:]
    if add16(frame[14:34]) != 0xffff:
        sys.exit("the outer header is not what was sent")
    return header, frame


def watch(whole, cut, name):
    """Reads until every frame was seen in all its pieces."""
    deadline = time.time() + 5
    while True:
        whole.read()
        cut.read()
        wanted = sum(pieces(*f) for f in whole.frames)
        if wanted == len(cut.frames) and any(h[1] for h, _ in whole.frames):
            return
        if time.time() > deadline:
            sys.exit("%s: %d frames where %d were due"
                     % (name, len(cut.frames), wanted))
        select.select([whole.socket, cut.socket], [], [], 0.1)


def record(directory, name, act):
    """Runs act between two captures and pairs what they saw."""
    if WANTED and name not in WANTED:
        return
    whole, cut = Capture("b", "vb"), Capture("c", "vd")
    try:
        act()
        watch(whole, cut, name)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.EIO):
            raise
        print("%s: skipped, not in this kernel" % name)
        return
    if "fou" in name or "gue" in name:
        cut.frames = [restore(*f) for f in cut.frames]
    groups, at = [], 0
    for header, frame in whole.frames:
        n = pieces(header, frame)
        groups.append(((header, frame), cut.frames[at:at + n]))
        at += n
    groups = [g for g in groups if any(g[0][0])]
    done = [g for g in groups if g[0][0][1]]
    simple = [g for g in groups if not g[0][0][1]]
    save(directory, name, simple[-1:] + done)
    print("%s: %s" % (name, ", ".join(
        "gso %#x size %d: %d" % (h[1], h[3], len(c)) for (h, _), c in done)))


CRAFTED = {
    "tcp4-ecn": dict(version=4, proto=6, flags=0xd9, gso=0x81),
    "tcp6-ecn": dict(version=6, proto=6, flags=0xd9, gso=0x84),
    "tcp4-options": dict(version=4, proto=6, options=b"\x01\x01\x01\x00"),
    "udp4-options": dict(version=4, proto=17, options=b"\1\1\1\1\1\1\1\0"),
    "tcp4-vlan": dict(version=4, proto=6,
                      tags=bytes.fromhex("8100a005")),
    "tcp4-vlan0": dict(version=4, proto=6,
                       tags=bytes.fromhex("81000000")),
    "tcp6-qinq": dict(version=6, proto=6,
                      tags=bytes.fromhex("88a8000781006005")),
    "udp6-qinq": dict(version=6, proto=17,
                      tags=bytes.fromhex("88a8000781006005")),
    "tcp6-hop": dict(version=6, proto=6,
                     options=bytes.fromhex("0600050200000100")),
    # hop-by-hop options, then a routing header that names another destination
    "tcp6-routing": dict(
        version=6, proto=6,
        final=bytes.fromhex("fd0a" + "00" * 13 + "05"),
        options=bytes.fromhex("2b00010400000000" + "0602020100000000"
                              + "fd0a" + "00" * 13 + "05")),
    "tcp4-exact": dict(version=4, proto=6, payload=400, flags=0x19),
}

# L and R: the last digit of the local and the remote address
TUNNELS = {
    "vxlan": "vxlan id 5 dstport 4789 local 10.9.0.L remote 10.9.0.R",
    "vxlan-csum":
        "vxlan id 5 dstport 4789 udpcsum local 10.9.0.L remote 10.9.0.R",
    "vxlan6": "vxlan id 5 dstport 4789 local fd09::L remote fd09::R",
    "vxlan6-nocsum": "vxlan id 5 dstport 4789 udp6zerocsumtx udp6zerocsumrx "
                     "local fd09::L remote fd09::R",
    "geneve": "geneve id 5 remote 10.9.0.R",
    "geneve-csum": "geneve id 5 remote 10.9.0.R udpcsum",
    "gre": "gre local 10.9.0.L remote 10.9.0.R",
    "gre-csum-key": "gre local 10.9.0.L remote 10.9.0.R csum key 6",
    "gretap-key": "gretap local 10.9.0.L remote 10.9.0.R key 1610612736",
    "gretap-csum": "gretap local 10.9.0.L remote 10.9.0.R csum",
    "ip6gre": "ip6gre local fd09::L remote fd09::R",
    "ip6gretap-csum": "ip6gretap local fd09::L remote fd09::R csum",
    "ipip": "ipip local 10.9.0.L remote 10.9.0.R",
    "sit": "sit local 10.9.0.L remote 10.9.0.R",
    "ip6tnl": "ip6tnl mode any local fd09::L remote fd09::R",
    "fou-ipip": "ipip local 10.9.0.L remote 10.9.0.R ttl 9 "
                "encap fou encap-sport 5555 encap-dport 5555 encap-csum",
    "gue-gre-csum": "gre local 10.9.0.L remote 10.9.0.R ttl 9 "
                    "encap gue encap-sport 5555 encap-dport 5555 encap-csum",
}


def tunnel_up(name):
    """One half in A, one in C; False if the kernel has none of this kind."""
    for ns, left, right in (("a", "1", "2"), ("c", "2", "1")):
        kind = TUNNELS[name].replace("L", left).replace("R", right)
        at = "ip -n %s " % NS[ns]
        if "encap" in kind:
            ipproto = "gue" if "encap gue" in kind else \
                "ipproto 4" if "ipip" in kind else "ipproto 47"
            if sh(at + "fou add port 5555 " + ipproto).returncode != 0:
                return False
        if sh(at + "link add tun type " + kind).returncode != 0:
            return False
        for address in ("10.8.0.%s/24" % left, "fd08::%s/64 nodad" % left):
            sh(at + "addr add dev tun " + address)
        must(at + "link set tun up")
    return True


def tunnel_down():
    for ns in "ac":
        sh("ip -n %s link del tun" % NS[ns])
        sh("ip -n %s fou del port 5555" % NS[ns])


def record_tunnel(directory, name):
    if WANTED and not any(w.startswith(name) for w in WANTED):
        return
    try:
        if not tunnel_up(name):
            print("%s: skipped, not in this kernel" % name)
            return
        inner = ["fd08::2", "fd08::1"] if name == "sit" else \
            ["10.8.0.2", "10.8.0.1"]
        record(directory, name, lambda: transfer_tcp(*inner))
        if name in ("vxlan-csum", "gretap-csum"):
            record(directory, name + "-tcp6",
                   lambda: transfer_tcp("fd08::2", "fd08::1"))
            record(directory, name + "-udp4", lambda: transfer_udp(*inner))
    finally:
        tunnel_down()


def main(directory):
    try:
        topology_up()
        for v, server, client in ((4, "10.9.0.2", "10.9.0.1"),
                                  (6, "fd09::2", "fd09::1")):
            record(directory, "tcp%d" % v,
                   lambda: transfer_tcp(server, client))
            record(directory, "udp%d" % v,
                   lambda: transfer_udp(server, client))
        for name, what in CRAFTED.items():
            record(directory, name, lambda: inject(*craft(**what)))
        for name in TUNNELS:
            record_tunnel(directory, name)
    finally:
        topology_down()


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    WANTED = sys.argv[2:]
    main(sys.argv[1])
