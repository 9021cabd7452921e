# SPDX-License-Identifier: ISC
"""What tests/bench/run does; it says how it is used."""
import argparse
import json
import os
import sys

import contenders
import figures
import inner
import lab
import show
import soak

RESULTS = os.path.join(lab.BUILD, 'results.json')
BESIDES = ['memory', 'ssh', 'tunnel', 'cost']   # without a direct path


def note(text):
    print('# ' + text, file=sys.stderr, flush=True)


class Job:
    """One contender, with one kind of remote host, and the direct path."""

    def __init__(self, name, contender, offloads, options):
        self.name, self.contender = name, contender
        self.offloads, self.options = offloads, options
        self.figures = [f for f in figures.FIGURES if f in options.figures]
        self.rows = []

    def run(self):
        note('%s, offloads %s' % (self.contender.label, self.offloads))
        with lab.Lab(self.offloads) as lab_:
            direct = figures.Way(lab_, 'G', lab.G, 'wan')
            beside = {f: figures.median([self.measure(f, direct) for _ in
                                         range(self.options.repeat)])
                      for f in self.figures}
            try:
                self.contend(lab_, beside)
            except lab.Failure as failure:
                note('%s: %s' % (self.contender.label, failure))
        return self.rows

    def measure(self, figure, way):
        return figures.FIGURES[figure][0](way, self.options.seconds)

    def contend(self, lab_, beside):
        way = self.contender.start(lab_)
        for figure in self.figures:
            way = self.figure(lab_, way, figure, beside[figure])
        if 'memory' in self.options.figures and way.cpu_ns() > 0:
            self.row('memory', {'MB': max(
                task.memory() for task in way.tasks) / 1e6}, {}, [])

    def figure(self, lab_, way, figure, direct):
        """Its row.  Returns the way that is there then: some contenders die of
        it and are started again."""
        results = []
        for _ in range(self.options.repeat):
            try:
                way = self.revived(lab_, way)
                results.append(self.measure(figure, way))
            except lab.Failure as failure:
                note('%s: %s: %s' % (self.contender.label, figure, failure))
                lab_.stop(*lab_.tasks) # also of a start that failed
        unit = figures.FIGURES[figure][1]
        self.row(figure, figures.median(results), direct,
                 [r[unit] for r in results])
        return way

    def revived(self, lab_, way):
        if contenders.works(way):
            return way
        lab_.stop(*lab_.tasks)
        return self.contender.start(lab_)

    def row(self, figure, values, direct, repeats):
        self.rows.append({
            'contender': self.name, 'label': self.contender.label,
            'offloads': self.offloads, 'figure': figure, 'values': values,
            'direct': direct, 'repeats': repeats})


def compare(options):
    """The rows of every contender that is installed."""
    rows = []
    for name, contender in contenders.contenders().items():
        if options.contenders and name not in options.contenders:
            continue
        if contender.missing():
            note('%s: no %s here' % (contender.label,
                                     ' '.join(contender.missing())))
            continue
        for offloads in options.offloads:
            if offloads in contender.offloads:
                rows += Job(name, contender, offloads, options).run()
    return rows


def besides(options):
    """The rows of our own program whose measure is another one."""
    jobs = []
    if 'ssh' in options.figures:
        jobs.append(lambda: inner.over_ssh(options.seconds, options.repeat))
    if 'tunnel' in options.figures:
        jobs += [lambda o=o: inner.tunnel(o, options.seconds, options.repeat)
                 for o in options.offloads]
    if 'cost' in options.figures:
        jobs.append(lambda: inner.cost(options.seconds, options.repeat))
    rows = []
    for job in jobs:
        try:
            rows += job()
        except lab.Failure as failure:
            note(str(failure))
    return rows


def machine():
    """In general terms."""
    cpu = next((line.partition(':')[2] for line in
                lab.read('/proc/cpuinfo').splitlines()
                if line.startswith('model name')), os.uname().machine)
    return '%d CPUs (%s), %s %s' % (
        os.cpu_count(), ' '.join(cpu.split()[:2]), os.uname().sysname,
        '.'.join(os.uname().release.split('.')[:2]))


def everything(options):
    rows = compare(options)
    rows += besides(options)
    result = {'machine': machine(), 'rows': rows}
    with open(RESULTS, 'w') as f:
        json.dump(result, f, indent=1)
    return result


def arguments():
    def words(text):
        return text.split(',')
    p = argparse.ArgumentParser(usage=os.environ.get('USAGE'), add_help=False)
    p.add_argument('what', nargs='?', default='all',
                   choices=['all', 'show', 'readme', 'soak'])
    p.add_argument('seconds_', nargs='?', type=float, default=300)
    p.add_argument('-c', dest='contenders', type=words, default=[])
    p.add_argument('-f', dest='figures', type=words,
                   default=list(figures.FIGURES) + BESIDES)
    p.add_argument('-o', dest='offloads', type=words, default=['on', 'off'])
    p.add_argument('-r', dest='repeat', type=int, default=3)
    p.add_argument('-t', dest='seconds', type=float, default=2)
    return p.parse_args()


def main():
    options = arguments()
    if options.what == 'soak':
        return 0 if soak.run(options.seconds_) else 1
    if options.what == 'all':
        result = everything(options)
    else:
        with open(RESULTS) as f:
            result = json.load(f)
    show.table(result)
    show.plot(result, os.path.join(lab.BUILD, 'speed.svg'))
    if options.what == 'readme':
        show.readme(result)
    return 0


if __name__ == '__main__':
    try:
        sys.exit(main())
    except lab.Failure as problem:
        sys.exit('tests/bench: %s' % problem)
