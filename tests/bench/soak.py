# SPDX-License-Identifier: ISC
"""Full load both ways for minutes, while interfaces go down and up: a process
then holds what it held before, and a byte costs what it did."""
import itertools
import time

import contenders
import figures
import lab

WARM = 10           # seconds of load before the first look
DOWN = 1            # seconds that an interface is down
UP = 5              # and then all are up
INTERFACES = ('G', 'wan'), ('R', 'wan'), ('M', 'puppet0'), ('G', 'ctl')
SLACK = 256 << 10   # bytes that a process may hold more


class Load:
    """Bulk both ways, begun again when it breaks."""

    def __init__(self, way):
        self.way = way
        self.server = self.client = None

    def start(self):
        lab_ = self.way.lab
        self.server = lab_.start('R', ['iperf3', '-s', '-1'], 'iperf')
        lab.wait_for(5, 'iperf3 listens',
                     lambda: lab_.ask('R', 'ss -Hltn sport = 5201'))
        self.client = lab_.start(
            self.way.host, ['iperf3', '-c', lab.R, '-B', self.way.address,
                            '--bidir', '-t', '600'], 'iperf')

    def stop(self):
        if self.client is not None:
            self.way.lab.stop(self.client, self.server)
            self.client = None

    def keep(self):
        if self.client is None or not self.client.alive():
            self.stop()
            self.start()


def flap(lab_, host, device):
    lab_.shell(host, 'ip link set %s down' % device)
    time.sleep(DOWN)
    lab_.shell(host, 'ip link set %s up' % device)


def carried(way):
    """Bytes through the doll, both ways."""
    return sum(int(way.lab.shell(
        'M', 'cat /sys/class/net/puppet0/statistics/%s_bytes' % d))
        for d in ('rx', 'tx'))


def held(way, load):
    """What each process has when it is at rest: bytes, descriptors."""
    load.stop()
    lab.wait_for(30, 'the relay comes to rest', lambda: contenders.works(way))
    time.sleep(1)
    return [(task.memory(), task.descriptors()) for task in way.tasks]


def cost(way, before):
    """Seconds of the processor for each GB since then."""
    cpu, size = before
    return (way.cpu_ns() - cpu) / max(1, carried(way) - size)


def loaded(way, load, seconds):
    """Load with flaps; the cost of a GB in each fifth of the time."""
    costs, interfaces = [], itertools.cycle(INTERFACES)
    for _ in range(5):
        mark = way.cpu_ns(), carried(way)
        end = time.monotonic() + seconds / 5
        while time.monotonic() < end:
            load.keep()
            time.sleep(UP)
            figures.blast(way, 0, 0.2)
            flap(way.lab, *next(interfaces))
        costs.append(cost(way, mark))
    return costs


def run(seconds):
    with lab.Lab('on') as lab_:
        way = contenders.ours().start(lab_)
        load = Load(way)
        load.start()
        time.sleep(WARM)
        before = held(way, load)
        first = carried(way)
        costs = loaded(way, load, seconds)
        after = held(way, load)
        return report(way, before, after, costs, carried(way) - first)


def report(way, before, after, costs, size):
    print('%.1f GB carried; CPU per GB, both processes, over the time: %s s' % (
        size / 1e9, ' '.join('%.2f' % c for c in costs)))
    good = True
    for task, (memory, fds), (memory_after, fds_after), name in zip(
            way.tasks, before, after, ('slave', 'master')):
        same = fds == fds_after and memory_after <= memory + SLACK
        print('%s: memory %d KB, then %d KB; descriptors %d, then %d: %s' % (
            name, memory >> 10, memory_after >> 10, fds, fds_after,
            'as before' if same else 'GROWN'))
        good = good and same and task.alive()
    return good
