# SPDX-License-Identifier: ISC
"""Results as a table, as a plot, and as the README's section."""
import os
import re
import subprocess

import lab

README = os.path.join(lab.ROOT, 'README.md')
PICTURE = 'tests/bench/speed.svg'
LOWER = ('idle', 'cpu0', 'loaded')      # round trips: less is better

# figure, head, unit of the ratio, another value beside it and its form
COLUMNS = (
    ('to', 'bulk to', 'Gbit/s', 's/GB', '%.2f s/GB'),
    ('from', 'bulk from', 'Gbit/s', 's/GB', '%.2f s/GB'),
    ('small', 'small frames', 'kframes/s', 'ns/frame', '%.0f ns'),
    ('idle', 'round trip', 'us', 'us', '%.0f us'),
    ('cpu0', '... on one CPU', 'us', 'us', '%.0f us'),
    ('loaded', '... beside bulk', 'us', 'us', '%.0f us'),
)
PANELS = (
    ('to', 'on', 'bulk to the host, offloads on'),
    ('from', 'on', 'bulk from the host, offloads on'),
    ('to', 'off', 'bulk to the host, offloads off'),
    ('from', 'off', 'bulk from the host, offloads off'),
    ('small', 'off', 'small frames, none lost'),
    ('cpu0', 'off', 'round trip'),
)


def ratio(row, unit):
    value, direct = row['values'].get(unit), row['direct'].get(unit)
    return value / direct if value is not None and direct else None


def select(result, offloads):
    """{contender: {figure: row}} of those with these offloads, in order."""
    found = {}
    for row in result['rows']:
        if row['offloads'] == offloads and '-' not in row['figure']:
            found.setdefault(row['label'], {})[row['figure']] = row
    return found


def middle(rows, figure, unit):
    """The direct path's own value, over all contenders of this run."""
    values = sorted(r[figure]['direct'][unit] for r in rows.values()
                    if unit in r.get(figure, {}).get('direct', {}))
    return values[len(values) // 2] if values else None


def cell(rows, figure, unit, other, form):
    row = rows.get(figure)
    if row is None:
        return ''
    of_direct = ratio(row, unit)
    if of_direct is None:
        return '-'
    beside = row['values'].get(other)
    text = '%.2f' % of_direct
    return text if not beside else text + ' ' + form % beside


def table(result):
    """Ratios to the direct path, and what they cost."""
    print(result['machine'])
    for offloads in 'on', 'off':
        rows = select(result, offloads)
        if not rows:
            continue
        line = '%-24s' + ' %-16s' * len(COLUMNS) + ' %s'
        print('\n' + line % (('offloads ' + offloads,) + tuple(
            c[1] for c in COLUMNS) + ('memory',)))
        direct = [(middle(rows, c[0], c[2]), c[2]) for c in COLUMNS]
        print(line % (('direct path is 1',) + tuple(
            '' if v is None else '%.3g %s' % (v, u) for v, u in direct) + ('',)))
        for label, row in rows.items():
            memory = row.get('memory', {'values': {}})['values'].get('MB')
            print((line % ((label,) + tuple(
                cell(row, c[0], *c[2:]) for c in COLUMNS) + (
                    '' if memory is None else '%.1f MB' % memory,))).rstrip())
    besides_table(result)


def besides_table(result):
    rows = [r for r in result['rows'] if r['figure'].endswith(('-to', '-from'))]
    if rows:
        print('\n%-48s %6s %20s' % ('', 'ratio', 'Gbit/s'))
    for row in rows:
        print('%-48s %6.2f %8.2f of %8.2f' % (
            '%s, %s, offloads %s' % (row['label'], row['figure'].rpartition(
                '-')[2], row['offloads']), ratio(row, 'Gbit/s'),
            row['values']['Gbit/s'], row['direct']['Gbit/s']))
    rows = [r for r in result['rows'] if r['figure'] == 'cost-size']
    if rows:
        print('\n%-24s' % 'CPU for a frame, ns' + ''.join(
            ' %12s' % ('%s/s' % r if int(r) else 'saturated')
            for r in rows[0]['values']))
    for row in rows:
        print('%-24s' % row['label'] + ''.join(
            ' %12.0f' % v for v in row['values'].values()))


UNITS = {c[0]: c[2] for c in COLUMNS}


def panel(result, figure, offloads, title):
    """gnuplot's words for one: a bar for each contender, its ratio behind."""
    rows = select(result, offloads)
    bars = [(label, ratio(r[figure], UNITS[figure]))
            for label, r in rows.items() if figure in r]
    if not bars:
        return ''
    data = '\n'.join('"%s" %.3f "%s"' % (
        label, value or 0, 'none' if value is None else '%.2f' % value)
                     for label, value in reversed(bars))
    top = max([1.0] + [value for _, value in bars if value]) * 1.25
    return '''
set title "%s%s"
set xrange [0:%g]
set yrange [-0.6:%g]
$data << end
%s
end
set arrow 1 from 1,graph 0 to 1,graph 1 nohead lc rgb "#888888" dt 2
plot $data using ($2/2):0:($2/2):(0.35):yticlabels(1) with boxxyerror \\
    lc rgb "#4477aa" fs solid notitle, \\
    $data using 2:0:(" ".stringcolumn(3)) with labels left notitle
''' % (title, ' (less is better)' if figure in LOWER else '', top,
       len(bars) - 0.4, data)


def plot(result, path):
    panels = [p for p in (panel(result, *p) for p in PANELS) if p]
    if not panels:
        return
    rows = (len(panels) + 1) // 2
    bars = len({r['label'] for r in result['rows'] if r['figure'] in UNITS})
    script = '''
set terminal svg size 860,%d font "sans-serif,12" background "#ffffff"
set multiplot layout %d,2 title "The direct path is 1"
set border 2
unset xtics
set ytics nomirror scale 0
set lmargin 19
set rmargin 1
set bmargin 1
set title offset 0,-0.7
''' % (rows * (bars * 19 + 45) + 30, rows)
    try:
        svg = subprocess.run(['gnuplot'], input=script + ''.join(panels),
                             text=True, check=True,
                             stdout=subprocess.PIPE).stdout
        lab.write(path, re.sub(r'[ \t]+$', '', svg, flags=re.M))
        print('\n' + os.path.relpath(path, lab.ROOT))
    except FileNotFoundError:
        print('\nno gnuplot here, no plot')


def section(result):
    """What the README says: ratios, and nothing that was not measured."""
    lines = ['## Speed', '', '![what part of the direct path each carries](%s)'
             % PICTURE, '',
             'What part of the direct path each carries, in one run on one '
             'machine', '(%s); small frames have 60 bytes, and none is lost.'
             % result['machine'],
             'Round trips: how many times as long as on the direct path. '
             '`tests/bench/run`', 'measures it on yours.', '']
    for offloads in 'on', 'off':
        rows = select(result, offloads)
        columns = [c for c in COLUMNS if any(c[0] in r for r in rows.values())]
        if not rows or not columns:
            continue
        lines.append('| offloads %s | %s |' % (
            offloads, ' | '.join(c[1] for c in columns)))
        lines.append('|---' * (len(columns) + 1) + '|')
        for label, row in rows.items():
            lines.append('| %s | %s |' % (label, ' | '.join(
                cell(row, c[0], c[2], '', '') for c in columns)))
        lines.append('')
    return '\n'.join(lines) + '\n'


def readme(result):
    """Writes the picture, and the section in place of the one that was there,
    or at the end."""
    plot(result, os.path.join(lab.ROOT, PICTURE))
    with open(README) as f:
        text = f.read()
    head, found, rest = text.partition('## Speed\n')
    if not found:
        head += '\n'
    _, found, rest = rest.partition('\n## ')
    rest = found and '## ' + rest
    with open(README, 'w') as f:
        f.write((head + section(result) + rest).rstrip() + '\n')
