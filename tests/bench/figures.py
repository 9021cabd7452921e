# SPDX-License-Identifier: ISC
"""What is measured, each of one way: its client's host, address and device."""
import json
import os
import statistics
import time

import lab

LOSS = 0.001        # less is lossless: a scheduler may cost a frame
STEP = 1.04         # how near the highest lossless rate is found
FLOOR, HIGHEST = 2000, 2e6      # frames a second, between which it is
BLASTS = 0.5        # seconds of each try
PINGS = 1000
NOBODY = '02:00:00:09:00:c8'


class Way:
    """From M through a relay to R, or direct, from G."""

    def __init__(self, lab_, host, address, device, tasks=(), remote=lab.R):
        self.lab, self.host, self.address = lab_, host, address
        self.device, self.tasks, self.remote = device, tasks, remote

    def cpu_ns(self):
        return sum(task.cpu_ns() for task in self.tasks)


def iperf(way, seconds, reverse):
    """Bytes, seconds, and the relay's processor time for them."""
    server = way.lab.start('R', ['iperf3', '-s', '-1'], 'iperf')
    lab.wait_for(5, 'iperf3 listens', lambda: way.lab.ask(
        'R', 'ss -Hltn sport = 5201'))
    command = ['iperf3', '-J', '-c', way.remote, '-B', way.address, '-t',
               '%g' % seconds, '--connect-timeout', '2000']
    cpu = way.cpu_ns()
    out = way.lab.ask(way.host, command + ['-R'] * reverse, seconds + 5)
    cpu = way.cpu_ns() - cpu
    way.lab.stop(server)
    try:
        got = json.loads(out)['end']['sum_received']
    except (ValueError, KeyError):
        raise lab.Failure('iperf3 failed') from None
    return got['bytes'], got['seconds'], cpu


def bulk(way, seconds, reverse):
    got, took, cpu = iperf(way, seconds, reverse)
    return {'Gbit/s': got * 8e-9 / took, 's/GB': cpu / max(got, 1)}


def bulk_to(way, seconds):
    return bulk(way, seconds, False)


def bulk_from(way, seconds):
    return bulk(way, seconds, True)


def blast(way, rate, seconds, length=60):
    """Frames from R at a rate (0: the highest); sent and come, a second."""
    before = way.lab.received(way.host, way.device)
    out = way.lab.ask('R', [
        way.lab.tool('numbered'), 'send', '-i', 'wan', '-s', lab.R_MAC, '-d',
        NOBODY, '-t', '%g' % seconds, '-r', '%d' % rate, '-l', '%d' % length])
    sent = dict(word.split('=') for word in out.split())
    if not sent:
        raise lab.Failure('the sender failed')
    time.sleep(0.1)         # what comes later has waited for too long
    came = way.lab.received(way.host, way.device) - before
    drained(way)
    took = float(sent['seconds'])
    return int(sent['sent']) / took, came / took, sent['late'] == '1'


def drained(way):
    last, end = -1, time.monotonic() + 3
    while time.monotonic() < end:
        now = way.lab.received(way.host, way.device)
        if now - last < 20:
            break
        last = now
        time.sleep(0.1)


def lossless(way, rate, seconds):
    sent, came, late = blast(way, rate, seconds)
    return came >= sent * (1 - LOSS) and not late


def rate_search(way, high, seconds):
    """The highest rate at which all comes, by bisection; each may fail once."""
    low, best = FLOOR, 0
    while high / low > STEP:
        rate = (high * low) ** 0.5
        if lossless(way, rate, BLASTS) or lossless(way, rate, BLASTS):
            low = best = rate
        else:
            high = rate
    while best > 0 and not lossless(way, best, seconds):
        best = best / STEP if best > FLOOR else 0
    return best


def small(way, seconds):
    """Frames of 60 bytes from the remote host."""
    if way.host == 'G':
        return {'kframes/s': blast(way, 0, BLASTS)[1] / 1e3}
    most = rate_search(way, HIGHEST, seconds / 2)
    cpu = way.cpu_ns()
    came = blast(way, most * 0.95, seconds / 2)[1] * seconds / 2 if most else 0
    cpu = way.cpu_ns() - cpu
    return {'kframes/s': most / 1e3, 'ns/frame': cpu / came if came else None}


def pingpong(way, prefix=()):
    out = way.lab.ask(way.host, list(prefix) + [
        way.lab.tool('pingpong'), way.address, lab.R, '7007', str(PINGS)])
    if not out:
        raise lab.Failure('no round trip')
    _, p50, p99 = map(float, out.split())
    return {'us': p50, 'us p99': p99}


def idle(way, _):
    return pingpong(way)


def one_cpu(way, _):
    """Free of what it costs to wake a processor that sleeps."""
    for task in way.lab.tasks:
        task.pin('0')
    try:
        return pingpong(way, ['taskset', '-c', '0'])
    finally:
        for task in way.lab.tasks:
            task.pin('0-%d' % (os.cpu_count() - 1))


def loaded(way, seconds):
    """Round trips while bulk goes to the remote host."""
    server = way.lab.start('R', ['iperf3', '-s', '-1'], 'iperf')
    lab.wait_for(5, 'iperf3 listens', lambda: way.lab.ask(
        'R', 'ss -Hltn sport = 5201'))
    client = way.lab.start(way.host, ['iperf3', '-c', lab.R, '-B', way.address,
                                      '-t', '30'], 'iperf')
    time.sleep(seconds / 2)     # it has found its speed
    try:
        if not client.alive():
            raise lab.Failure('iperf3 failed')
        return pingpong(way)
    finally:
        way.lab.stop(client, server)


# name: what measures it, the unit of its ratio to the direct path;
# in this order, since some contenders die of the last ones
FIGURES = {
    'idle': (idle, 'us'),
    'cpu0': (one_cpu, 'us'),
    'small': (small, 'kframes/s'),
    'from': (bulk_from, 'Gbit/s'),
    'to': (bulk_to, 'Gbit/s'),
    'loaded': (loaded, 'us'),
}


def median(results):
    """Of dicts with the same keys, each value's."""
    keys = {key for r in results for key in r}
    values = {key: [r[key] for r in results if r.get(key) is not None]
              for key in keys}
    return {key: statistics.median(v) for key, v in values.items() if v}
