# SPDX-License-Identifier: ISC
"""Figures of our own program alone: over ssh, of what ssh itself carries; VXLAN
in the relay, of plain traffic in it; what a frame costs."""
import os
import shutil
import subprocess

import contenders
import figures
import lab

SSHD = '''HostKey {0}/host
AuthorizedKeysFile {0}/key.pub
PidFile none
UsePAM no
StrictModes no
PermitRootLogin yes
PasswordAuthentication no
'''
SSH = '''IdentityFile {0}/key
IdentitiesOnly yes
StrictHostKeyChecking no
UserKnownHostsFile /dev/null
BatchMode yes
LogLevel ERROR
'''
VXLAN = ('ip link add vx type vxlan id 7 dstport 4789 local %s remote %s '
         'dev %s\nip addr add %s/24 dev vx\nip link set vx up')
SIZES, RATES = (60, 1514, 9014, 60000), (1000, 20000, 0)
R_IN, G_IN, M_IN = '10.7.0.2', '10.7.0.1', '10.7.0.3'


def both_ways(way, seconds, repeat):
    return [figures.median([f(way, seconds) for _ in range(repeat)])['Gbit/s']
            for f in (figures.bulk_to, figures.bulk_from)]


def rows(figure, label, offloads, values, beside):
    return [{'contender': 'ours', 'label': label, 'offloads': offloads,
             'figure': figure + way, 'values': {'Gbit/s': value},
             'direct': {'Gbit/s': other}, 'repeats': [], 'why': ''}
            for way, value, other in zip(('-to', '-from'), values, beside)]


def sshd_start(lab_):
    """The command that logs in on G."""
    where = os.path.join(lab.BUILD, 'ssh')
    shutil.rmtree(where, ignore_errors=True)
    os.makedirs(where)
    os.makedirs('/run/sshd', exist_ok=True)
    for key in 'key', 'host':
        subprocess.run(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f',
                        os.path.join(where, key)], check=True)
    for name, text in ('sshd', SSHD), ('ssh', SSH):
        with open(os.path.join(where, name), 'w') as f:
            f.write(text.format(where))
    lab_.start('G', [shutil.which('sshd'), '-D', '-e', '-f', where + '/sshd'],
               'sshd')
    lab.wait_for(5, 'sshd listens', lambda: lab_.ask(
        'G', 'ss -Hltn sport = 22'))
    return 'ssh -F %s/ssh root@%s' % (where, lab.G_CTL)


def ssh_itself(lab_, login, seconds):
    """Gbit/s to and from G, of zeros."""
    into = '%s "timeout %d cat | wc -c" </dev/zero 2>/dev/null' % (
        login, seconds)
    out = '%s "timeout %d cat /dev/zero" | wc -c' % (login, seconds)
    return [int(lab_.ask('M', command) or 0) * 8e-9 / seconds
            for command in (into, out)]


def over_ssh(seconds, repeat):
    """-e with ssh, of what ssh carries."""
    seconds = max(2, int(seconds))
    with lab.Lab('on') as lab_:
        login = sshd_start(lab_)
        pairs = [ssh_itself(lab_, login, seconds) for _ in range(repeat)]
        beside = [sorted(way)[repeat // 2] for way in zip(*pairs)]
        if not all(beside):
            raise lab.Failure('no login by ssh here')
        here = contenders.Contender(
            '', '', "%s -m -C -u -e '%s %s -i wan -s -'" % (
                contenders.PROGRAM, login, contenders.PROGRAM), 'puppet0')
        values = both_ways(here.start(lab_), seconds, repeat)
    return rows('ssh', 'over ssh (-e), of ssh itself', 'on', values, beside)


def inner_way(lab_, host, address, inside, device):
    """A VXLAN between R and the host, on the device; it is a way, too."""
    lab_.shell('R', VXLAN % (lab.R, address, 'wan', R_IN))
    lab_.shell(host, VXLAN % (address, lab.R, device, inside))
    way = figures.Way(lab_, host, inside, 'vx', remote=R_IN)
    lab.wait_for(10, 'a ping through VXLAN', lambda: lab_.reaches(
        host, inside, R_IN))
    return way


def tunnel(offloads, seconds, repeat):
    """VXLAN in the relay, of plain traffic in it; and the same of the direct
    path."""
    found = []
    for label, host, address, inside in (
            ('VXLAN, direct, of plain', 'G', lab.G, G_IN),
            ('VXLAN inside, of plain', 'M', lab.M, M_IN)):
        with lab.Lab(offloads) as lab_:
            if host == 'M':
                way = contenders.ours().start(lab_)
            else:
                way = figures.Way(lab_, host, address, 'wan')
            beside = both_ways(way, seconds, repeat)
            way = inner_way(lab_, host, address, inside, way.device)
            found += rows('tunnel' if host == 'M' else 'tunnel-direct', label,
                          offloads, both_ways(way, seconds, repeat), beside)
    return found


def cost(seconds, repeat):
    """CPU of both processes for a frame, by its size and by how many come: a
    few, many, more than can be carried."""
    found = []
    with lab.Lab('on') as lab_:
        for host in 'RG':
            lab_.shell(host, 'ip link set wan mtu 65535')
        way = contenders.ours().start(lab_)
        lab_.shell('M', 'ip link set puppet0 mtu 65521')
        for size in SIZES:
            values = {rate: figures.median([frame_cost(
                way, rate, seconds, size) for _ in range(repeat)])['ns']
                      for rate in RATES}
            found.append({'contender': 'ours', 'label': '%d bytes' % size,
                          'offloads': 'on', 'figure': 'cost-size',
                          'values': values, 'direct': {}, 'repeats': []})
    return found


def frame_cost(way, rate, seconds, size):
    before = way.lab.received('M', way.device)
    cpu = way.cpu_ns()
    figures.blast(way, rate, seconds, size)
    return {'ns': (way.cpu_ns() - cpu) / max(
        1, way.lab.received('M', way.device) - before)}
