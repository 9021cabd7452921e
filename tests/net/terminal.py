#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""A terminal, for programs that look for one.

terminal.py run COLUMNS COMMAND...   on a terminal of so many columns; what it
                                     writes there goes to standard output
terminal.py show FILE COLUMNS        what a reader of that terminal has seen:
                                     "line TEXT" for what stays, "now TEXT" for
                                     what was rewritten; exit 1 if a line was
                                     wrapped, or written behind something

SIGUSR1 and SIGTERM go to the program.
"""
import fcntl
import os
import pty
import re
import signal
import struct
import sys
import termios


def run(columns, command):
    pid, fd = pty.fork()
    if pid == 0:
        fcntl.ioctl(2, termios.TIOCSWINSZ,
                    struct.pack("HHHH", 24, columns, 0, 0))
        os.execvp(command[0], command)
    for number in (signal.SIGUSR1, signal.SIGTERM):
        signal.signal(number, lambda n, _: os.kill(pid, n))
    while True:
        try:
            data = os.read(fd, 65536)
        except OSError:     # EIO: nobody has the terminal any more
            break
        if not data:
            break
        os.write(1, data)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def show(path, columns):
    bad, row = 0, ""
    with open(path, newline="", encoding="latin1") as file:
        text = file.read()
    for piece in re.findall(r"\r\n|\r\x1b\[K|[^\r]+|\r", text):
        if piece == "\r\n":
            print("line " + row)
            row = ""
        elif piece == "\r\x1b[K":
            print("now " + row)
            row = ""
        else:
            if row or "\x1b" in piece or "\r" in piece or "\n" in piece:
                bad += 1
                print(f"BAD {piece!r} behind {row!r}")
            row += piece
            if not piece.startswith("etherpuppet: ") and len(row) >= columns:
                bad += 1
                print(f"BAD {len(row)} columns: {row}")
    print("now " + row)
    return 1 if bad else 0


def main():
    if sys.argv[1] == "run":
        sys.exit(run(int(sys.argv[2]), sys.argv[3:]))
    sys.exit(show(sys.argv[2], int(sys.argv[3])))


main()
