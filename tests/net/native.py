#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""A peer that speaks the native dialect step by step (etherpuppet(7)).

    native.py connect HOST PORT STEP...
    native.py listen ADDR PORT STEP...      (one connection)

Every message that comes in is one line on standard output: its name, then
key=value words; EOF when the other side has closed.  Steps, in order:

    preamble[:version]      the first 8 bytes
    hello:role=slave,...    role, link, can, want, filter, nocopy, maxframe,
                            ifname, version
    params:mac=M,mtu=N,addr=A/L[>PEER]
    stats:up_frames=N,...   the counters' names are those of STATS_TLV
    frame:HEX  ping:N  bye:CODE,TEXT  raw:HEX  text:CHARACTERS (with \\n ...)
    want:NAME[,SECONDS]     read until this message; exit 1 if it never comes
    serve:SECONDS           read, answer pings, until then or the end
    mute:SECONDS            read and answer nothing, until then or the end
    end:SECONDS             read until the end; exit 1 if it does not come
    stall:SECONDS           do not even read
    wait:FILE               the same until there is such a file
    slow:SECONDS,RATE       read so many bytes a second and look at none of
                            them, ping every 10 s; exit 1 at the end
    half                    end of file towards the other side
    close                   both ways
    say:WORD                print a line (for a script that waits for it)
"""
import os
import select
import socket
import struct
import sys
import time

HELLO, PARAMS, FRAME, PING, PONG, BYE, STATS = range(1, 8)
NAMES = ['', 'HELLO', 'PARAMS', 'FRAME', 'PING', 'PONG', 'BYE', 'STATS']
U8, U16, U32, U64, TEXT, FLAG = '>B', '>H', '>I', '>Q', 'text', 'flag'
HELLO_TLV = {'role': (1, U8), 'link': (2, U16), 'can': (3, U32),
             'want': (4, U32), 'filter': (5, TEXT), 'nocopy': (6, FLAG),
             'maxframe': (7, U32), 'ifname': (8, TEXT), 'own': (9, None),
             'version': (10, TEXT), 'host': (11, TEXT),
             'left_out': (12, TEXT)}
PARAMS_TLV = {'name': (1, TEXT), 'link': (2, U16), 'mac': (3, 'mac'),
              'mtu': (4, U32), 'flags': (5, U32), 'addr': (6, 'addr'),
              'follow': (7, FLAG), 'speed': (8, None)}
STATS_TLV = {'up_frames': (1, U64), 'down_frames': (2, U64),
             'dropped': (3, U64), 'stale': (4, U64), 'refused': (5, U64),
             'up_bytes': (6, U64), 'down_bytes': (7, U64),
             'filtered': (8, U64), 'invalid': (9, U64),
             'read_only': (10, U64), 'oversize': (11, U64),
             'late': (12, U64), 'reason': (13, TEXT)}
ROLES = {'slave': 1, 'master': 2}
SLOW = int(os.environ.get('SLOW', 1))  # of tests/net/lib.sh


def preamble(version=1):
    return struct.pack('>4sHH', b'EPUP', version, 0)


def message(kind, body=b'', flags=0):
    return struct.pack('>BBHI', kind, flags, 0, len(body)) + body


def tlv(number, value):
    return struct.pack('>HH', number, len(value)) + value


def prefix(text):
    """An address with its length, and with its peer behind '>'."""
    text, _, peer = text.partition('>')
    addr, bits = text.split('/')
    family = socket.AF_INET6 if ':' in addr else socket.AF_INET
    raw = b''.join(socket.inet_pton(family, a) for a in (addr, peer) if a)
    return struct.pack('BBBB', 6 if ':' in addr else 4, int(bits),
                       2 if peer else 0, 0) + raw


def value(how, text):
    if how == TEXT:
        return text.encode()
    if how == FLAG:
        return b''
    if how == 'mac':
        return bytes.fromhex(text.replace(':', ''))
    if how == 'addr':
        return prefix(text)
    return struct.pack(how, ROLES.get(text) or int(text, 0))


def tlvs(table, words):
    out = b''
    for key, text in words:
        number, how = table[key]
        out += tlv(number, value(how, text))
    return out


def pairs(text):
    return [(w.split('=', 1) + [''])[:2] for w in text.split(',') if w]


def hello(text='role=master,link=1,can=0,maxframe=65557,version=test'):
    return message(HELLO, tlvs(HELLO_TLV, pairs(text)))


def params(text='mac=02:00:00:00:00:07,mtu=1400,flags=3,follow'):
    return message(PARAMS, tlvs(PARAMS_TLV, pairs(text)))


def stats(text):
    return message(STATS, tlvs(STATS_TLV, pairs(unescaped(text))))


def unescaped(text):
    return text.encode().decode('unicode_escape')


def frame(data):
    return message(FRAME, data)


def show_value(how, raw):
    if how == TEXT:
        return raw.decode('ascii', 'backslashreplace').replace(' ', '_')
    if how in (U8, U16, U32, U64) and len(raw) == struct.calcsize(how):
        return str(struct.unpack(how, raw)[0])
    return raw.hex(':') if how == 'mac' else raw.hex()


def show_tlvs(table, body):
    names = {number: (key, how) for key, (number, how) in table.items()}
    words, at = [], 0
    while at + 4 <= len(body):
        number, size = struct.unpack_from('>HH', body, at)
        raw = body[at + 4:at + 4 + size]
        key, how = names.get(number, ('tlv%d' % number, None))
        words.append('%s=%s' % (key, show_value(how, raw)))
        at += 4 + size
    if at != len(body):
        words.append('MALFORMED')
    return ' '.join(words)


def show(kind, flags, body):
    name = NAMES[kind] if kind < len(NAMES) else 'TYPE%d' % kind
    if kind == HELLO:
        return name + ' ' + show_tlvs(HELLO_TLV, body)
    if kind == PARAMS:
        return name + ' ' + show_tlvs(PARAMS_TLV, body)
    if kind == STATS:
        return name + ' ' + show_tlvs(STATS_TLV, body)
    if kind == BYE:
        return '%s %d %s' % (name, struct.unpack('>H', body[:2])[0],
                             body[2:].decode('ascii', 'backslashreplace'))
    return '%s flags=%d %s' % (name, flags, body.hex())


class Peer:
    def __init__(self, sock):
        self.sock = sock
        self.buffer = b''
        self.greeted = False
        self.ended = False
        self.answer = True

    def say(self, line):
        print(line, flush=True)

    def send(self, data):
        try:
            self.sock.sendall(data)
        except OSError as error:
            self.say('SEND %s' % error.strerror)

    def take(self):
        """One message off the buffer, as its name, or None."""
        if not self.greeted:
            if len(self.buffer) < 8:
                return None
            self.greeted = True
            magic, version, _ = struct.unpack('>4sHH', self.buffer[:8])
            self.buffer = self.buffer[8:]
            self.say('PREAMBLE %s version=%d' % (magic.decode('latin1'),
                                                 version))
            return 'PREAMBLE'
        if len(self.buffer) < 8:
            return None
        kind, flags, _, size = struct.unpack('>BBHI', self.buffer[:8])
        if len(self.buffer) < 8 + size:
            return None
        body = self.buffer[8:8 + size]
        self.buffer = self.buffer[8 + size:]
        self.say(show(kind, flags, body))
        if kind == PING and self.answer:
            self.send(message(PONG, body))
        return NAMES[kind] if kind < len(NAMES) else 'OTHER'

    def read(self, name, seconds):
        """Reads until this message, the end or the time; the last name."""
        deadline = time.monotonic() + seconds
        while not self.ended:
            got = self.take()
            if got == name:
                return got
            if got:
                continue
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self.sock], [], [], left)[0]:
                return None
            self.receive()
        return 'EOF'

    def receive(self):
        try:
            data = self.sock.recv(65536)
        except OSError:
            data = b''
        self.buffer += data
        if not data:
            self.ended = True
            self.say('EOF')


def step_want(peer, text):
    name, _, seconds = text.partition(',')
    if peer.read(name, SLOW * float(seconds or 10)) != name:
        sys.exit('native.py: no %s came' % name)


def step_mute(peer, text):
    peer.answer = False
    peer.read('EOF', float(text))


def step_end(peer, text):
    if peer.read('EOF', SLOW * float(text or 10)) != 'EOF':
        sys.exit('native.py: the other side did not close')


def step_bye(peer, text):
    code, _, why = text.partition(',')
    peer.send(message(BYE, struct.pack('>H', int(code)) + why.encode()))


def step_slow(peer, text):
    seconds, rate = text.split(',')
    begin = time.monotonic()
    said = begin
    while time.monotonic() < begin + float(seconds):
        if peer.sock.recv(int(rate) // 10) == b'':
            sys.exit('native.py: closed although we read')
        time.sleep(0.1)
        if time.monotonic() >= said + 10:
            said += 10
            peer.send(message(PING, bytes(8)))


def step_wait(peer, text):
    while not os.path.exists(text):
        time.sleep(0.05)


STEPS = {
    'preamble': lambda p, t: p.send(preamble(int(t or 1))),
    'hello': lambda p, t: p.send(hello(t) if t else hello()),
    'params': lambda p, t: p.send(params(t) if t else params()),
    'stats': lambda p, t: p.send(stats(t)),
    'frame': lambda p, t: p.send(frame(bytes.fromhex(t))),
    'ping': lambda p, t: p.send(message(PING, struct.pack('>Q', int(t)))),
    'bye': step_bye,
    'raw': lambda p, t: p.send(bytes.fromhex(t)),
    'text': lambda p, t: p.send(unescaped(t).encode('latin1')),
    'want': step_want,
    'serve': lambda p, t: p.read('EOF', float(t)),
    'mute': step_mute,
    'stall': lambda p, t: time.sleep(float(t)),
    'wait': step_wait,
    'slow': step_slow,
    'end': step_end,
    'half': lambda p, t: p.sock.shutdown(socket.SHUT_WR),
    'close': lambda p, t: p.sock.close(),
    'say': lambda p, t: p.say(t),
}


def listen(addr, port):
    family = socket.AF_INET6 if ':' in addr else socket.AF_INET
    server = socket.socket(family)
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    server.bind((addr, port))
    server.listen(1)
    print('LISTENING', flush=True)
    return server.accept()[0]


def main(argv):
    if len(argv) < 4 or argv[1] not in ('connect', 'listen'):
        sys.exit(__doc__)
    if argv[1] == 'listen':
        peer = Peer(listen(argv[2], int(argv[3])))
    else:
        peer = Peer(socket.create_connection((argv[2], int(argv[3])), 10))
        peer.sock.settimeout(None)
    for word in argv[4:]:
        name, _, text = word.partition(':')
        STEPS[name](peer, text)


if __name__ == '__main__':
    main(sys.argv)
