# SPDX-License-Identifier: ISC
"""Three hosts out of network namespaces, and the programs that run on them.

    R wan 10.9.0.2 ---- 10.9.0.1 wan G 10.8.0.1 ctl ---- ctl 10.8.0.2 M
      the remote host                the slave              the master

All of them share the processors of this machine: what is measured is how much
work a way is.  The direct path is from G to R, the relay's from M to R.
"""
import os
import re
import signal
import subprocess
import time

ROOT = os.path.realpath(os.path.join(os.path.dirname(__file__), '..', '..'))
BUILD = os.path.join(ROOT, 'build', 'bench')
ALLOWED = '/proc/sys/net/ipv4/tcp_allowed_congestion_control'
R_MAC, R = '02:00:00:09:00:02', '10.9.0.2'
G_MAC, G, G_CTL = '02:00:00:09:00:01', '10.9.0.1', '10.8.0.1'
M_MAC, M, M_CTL = '02:00:00:09:00:03', '10.9.0.3', '10.8.0.2'


class Failure(Exception):
    """Something could not be measured; says what."""


def wait_for(seconds, what, condition):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise Failure('not within %g s: %s' % (seconds, what))
        time.sleep(0.02)


def read(path):
    try:
        with open(path) as f:
            return f.read()
    except OSError:
        return ''


class Task:
    """A command with all that it starts: a session of processes."""

    def __init__(self, command, log):
        with open(log, 'ab') as out:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                start_new_session=True)
        self.log = log

    def pids(self):
        """Those that live: without zombies."""
        session = str(self.process.pid)
        stats = ((pid, read('/proc/%s/stat' % pid).rpartition(')')[2].split())
                 for pid in os.listdir('/proc') if pid.isdigit())
        return [int(pid) for pid, stat in stats
                if stat and stat[3] == session and stat[0] not in 'ZX']

    def alive(self):
        return self.process.poll() is None

    def cpu_ns(self):
        return sum(int(read('/proc/%d/task/%s/schedstat' % (pid, t)).split()[0])
                   for pid in self.pids()
                   for t in os.listdir('/proc/%d/task' % pid))

    def memory(self):
        """Bytes that are its own: anonymous, and rings mapped of sockets."""
        total = 0
        for pid in self.pids():
            name = ''
            for line in read('/proc/%d/smaps' % pid).splitlines():
                if re.match('[0-9a-f]+-', line):
                    name = line.split(None, 5)[-1]
                key, _, value = line.partition(':')
                if key == ('Size' if name.startswith('socket:')
                           else 'Anonymous'):
                    total += int(value.split()[0]) * 1024
        return total

    def descriptors(self):
        return sum(len(os.listdir('/proc/%d/fd' % pid)) for pid in self.pids())

    def pin(self, cpus):
        for pid in self.pids():
            subprocess.run(['taskset', '-apc', cpus, str(pid)], check=False,
                           stdout=subprocess.DEVNULL)

    def stop(self):
        for sig in signal.SIGTERM, signal.SIGKILL:
            for pid in self.pids():
                try:
                    os.kill(pid, sig)
                except ProcessLookupError:
                    pass
            try:
                wait_for(1, 'its end', lambda: not self.pids())
                break
            except Failure:
                continue
        self.process.wait()


def write(path, text):
    with open(path, 'w') as f:
        f.write(text)


class Lab:
    def __init__(self, offloads):
        self.offloads = offloads
        self.names = {h: 'epb%s%d' % (h, os.getpid()) for h in 'RGM'}
        self.tasks = []
        self.allowed = read(ALLOWED)
        os.makedirs(BUILD, exist_ok=True)

    def __enter__(self):
        try:
            self.up()
        except BaseException:
            self.down()
            raise
        return self

    def __exit__(self, *_):
        self.down()

    def up(self):
        # a namespace may choose only what the host allows
        write(ALLOWED, self.allowed.strip() + ' cubic')
        for name in self.names.values():
            subprocess.run(['ip', 'netns', 'add', name], check=True)
        for host in 'RGM':
            # BBR paces, which is slow on a fast path
            self.shell(host, '''ip link set lo up
                sysctl -qw net.ipv6.conf.all.disable_ipv6=1 \\
                    net.ipv6.conf.default.disable_ipv6=1 \\
                    net.ipv4.tcp_congestion_control=cubic''')
        self.shell('R', '''ip link add wan address %s type veth \\
            peer name wan netns %s address %s; ip addr add %s/24 dev wan'''
                   % (R_MAC, self.names['G'], G_MAC, R))
        self.shell('G', '''ip link add ctl type veth peer name ctl netns %s
            ip addr add %s/24 dev wan; ip addr add %s/24 dev ctl'''
                   % (self.names['M'], G, G_CTL))
        self.shell('M', 'ip addr add %s/24 dev ctl' % M_CTL)
        for cable in 'R wan', 'G wan', 'G ctl', 'M ctl':
            self.shell(cable[0], 'ip link set %s up' % cable[2:])
        for host in 'RG':
            self.shell(host, 'ethtool -K wan tx {0} tso {0} gso {0} gro off '
                       '>/dev/null 2>&1'.format(self.offloads))
        self.start('R', [self.tool('pingpong'), 'serve', '7007'])

    def down(self):
        for task in reversed(self.tasks):
            task.stop()
        for name in self.names.values():
            subprocess.run(['ip', 'netns', 'del', name], check=False,
                           stderr=subprocess.DEVNULL)
        write(ALLOWED, self.allowed)

    @staticmethod
    def tool(name):
        return os.path.join(BUILD, name)

    def inside(self, host, command):
        if isinstance(command, str):
            command = ['sh', '-c', command]
        return ['ip', 'netns', 'exec', self.names[host]] + command

    def shell(self, host, script):
        """A script that has to succeed."""
        p = subprocess.run(self.inside(host, 'set -e\n' + script), check=False,
                           capture_output=True, text=True, timeout=30)
        if p.returncode != 0:
            raise Failure('%s: %s' % (script.split('\n')[0], p.stderr.strip()))
        return p.stdout

    def ask(self, host, command, timeout=30):
        """The command's output; '' when it fails."""
        try:
            p = subprocess.run(self.inside(host, command), check=False,
                               capture_output=True, text=True, timeout=timeout)
        except subprocess.TimeoutExpired:
            return ''
        return p.stdout if p.returncode == 0 else ''

    def start(self, host, command, name='task'):
        task = Task(self.inside(host, command),
                    os.path.join(BUILD, name + '.log'))
        self.tasks.append(task)
        return task

    def stop(self, *tasks):
        for task in tasks:
            task.stop()
            self.tasks.remove(task)

    def exists(self, host, device):
        return self.ask(host, 'ip -o link show %s' % device) != ''

    def received(self, host, device):
        """Frames that came on a device; 0: it is gone."""
        return int(self.ask(host, 'cat /sys/class/net/%s/statistics/rx_packets'
                            % device) or 0)

    def reaches(self, host, source, target):
        return self.ask(host, 'ping -c 1 -W 1 -I %s %s' % (
            source, target)) != ''
