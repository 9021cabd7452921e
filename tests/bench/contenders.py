# SPDX-License-Identifier: ISC
"""Who carries the frames, and with which commands."""
import os
import shutil
import subprocess
import time

import lab
from figures import Way

PROGRAM = os.environ.get('ETHERPUPPET',
                         os.path.join(lab.ROOT, 'build', 'etherpuppet'))
BRIDGE = '''ip link add br0 type bridge
ip link set br0 address %s up
ip addr flush dev wan
ip addr add %s/24 dev br0
ip link set wan master br0
''' % (lab.G_MAC, lab.G)


class Contender:
    """slave runs on G, master on M, where it makes the device tap."""

    def __init__(self, label, slave, master, tap, needs='',
                 offloads=('on', 'off'), before=''):
        self.label, self.tap, self.needs = label, tap, needs.split()
        self.slave, self.master = slave, master
        self.offloads, self.before = offloads, before

    def missing(self):
        return [p for p in self.needs if not shutil.which(p)]

    def start(self, lab_):
        """Its way from M, when it carries frames."""
        if self.before:
            lab_.shell('G', self.before)
        tasks = []
        for host, command, name in (('G', self.slave, 'slave'),
                                    ('M', self.master, 'master')):
            if command:
                tasks.append(lab_.start(host, 'exec ' + command, name))
                settle(lab_, host)
        way = Way(lab_, 'M', lab.M, self.tap, tasks)
        lab.wait_for(10, 'its device', lambda: lab_.exists('M', self.tap))
        settle(lab_, 'M')
        lab_.shell('M', '''ip link set {0} address {1} 2>/dev/null ||
                { ip link set {0} down; ip link set {0} address {1}; }
            ip addr flush dev {0}
            ip addr add {2}/24 dev {0}
            ip link set {0} up'''.replace('{0}', self.tap)
                   .replace('{1}', lab.M_MAC).replace('{2}', lab.M))
        lab.wait_for(15, 'a ping through it', lambda: works(way))
        return way


def settle(lab_, host):
    """Sockets and addresses stay as they are: the other side may begin."""
    last, same = None, 0
    end = time.monotonic() + 5
    while same < 4 and time.monotonic() < end:
        time.sleep(0.1)
        now = lab_.ask(host, 'ss -Hlntu; ip -br addr')
        same = same + 1 if now == last else 0
        last = now


def works(way):
    return (all(task.alive() for task in way.tasks) and
            way.lab.exists(way.host, way.device) and
            way.lab.reaches(way.host, way.address, lab.R))


def etherpuppet_03():
    """The old program, where it is installed."""
    for path in '/usr/bin/etherpuppet', '/usr/sbin/etherpuppet':
        if os.access(path, os.X_OK):
            p = subprocess.run([path, '-h'], check=False, capture_output=True)
            if b'vampirize' in p.stdout + p.stderr:
                return path
    return 'etherpuppet-0.3'


def coalesces():
    p = subprocess.run([PROGRAM, '-h'], check=False, capture_output=True)
    return b'--coalesce' in p.stdout


def certificate(name):
    """The certificate's fingerprint; key and certificate are in BUILD."""
    path = os.path.join(lab.BUILD, name)
    subprocess.run(
        ['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt',
         'ec_paramgen_curve:prime256v1', '-nodes', '-days', '30', '-subj',
         '/CN=' + name, '-keyout', path + '.key', '-out', path + '.crt'],
        check=True, stderr=subprocess.DEVNULL)
    out = subprocess.run(
        ['openssl', 'x509', '-in', path + '.crt', '-noout', '-fingerprint',
         '-sha256'], check=True, capture_output=True, text=True).stdout
    return out.strip().partition('=')[2]


def openvpn():
    if not shutil.which('openvpn') or not shutil.which('openssl'):
        prints = ['', '']
    else:
        prints = [certificate('vpn-s'), certificate('vpn-c')]
    common = ('--dev-type tap --data-ciphers none --cipher none --auth none '
              '--sndbuf 0 --rcvbuf 0 --tun-mtu 1500 --mssfix 0 --proto udp')

    def end(own, peer):
        return '--cert %s/%s.crt --key %s/%s.key --peer-fingerprint %s' % (
            lab.BUILD, own, lab.BUILD, own, peer)
    return Contender(
        'OpenVPN, no cipher',
        'openvpn --dev tapG --local %s --port 1194 --tls-server --dh none %s %s'
        % (lab.G_CTL, end('vpn-s', prints[1]), common),
        'openvpn --dev tapM --remote %s 1194 --nobind --tls-client %s %s'
        % (lab.G_CTL, end('vpn-c', prints[0]), common),
        'tapM', 'openvpn openssl', before=BRIDGE + '''
            ip tuntap add dev tapG mode tap
            ip link set tapG master br0 up''')


def ours(args=''):
    """As it is installed, by TCP, without a word to the other options."""
    return Contender(
        ('etherpuppet ' + args).strip(),
        '%s -s %s:1234 -i wan %s' % (PROGRAM, lab.G_CTL, args),
        '%s -m -C -u -c %s:1234' % (PROGRAM, lab.G_CTL),
        'puppet0', PROGRAM, offloads=('off',) if args else ('on', 'off'))


def contenders():
    """By name.  Those that know no offloads carry no TCP with them."""
    old = etherpuppet_03()
    all_ = {'ours': ours()}
    if coalesces():
        all_['ours-g'] = ours('-g')
    all_['bridge'] = Contender('kernel bridge', '', '', 'ctl',
                               before=BRIDGE + 'ip link set ctl master br0')
    all_['openvpn'] = openvpn()
    all_['vde'] = Contender(
        'vde', "vde_plug pcap://wan 'udp://10.8.0.1:1234->10.8.0.2:1234'",
        "vde_plug tap://vtap 'udp://10.8.0.2:1234->10.8.0.1:1234'",
        'vtap', 'vde_plug', offloads=('off',))
    all_['socat'] = Contender(
        'socat', 'socat -b 65536 UDP4:10.8.0.2:1235,bind=10.8.0.1:1235 '
        'INTERFACE:wan', 'socat -b 65536 UDP4:10.8.0.1:1235,bind=10.8.0.2:1235 '
        'TUN,tun-type=tap,iff-no-pi,tun-name=tap0,iff-up',
        'tap0', 'socat', offloads=('off',))
    all_['0.3'] = Contender(
        'etherpuppet 0.3', old + ' -s 1234 -i wan',
        old + ' -m -c 10.8.0.1:1234', 'puppet0', old, offloads=('off',))
    return all_
