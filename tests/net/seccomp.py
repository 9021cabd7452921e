# SPDX-License-Identifier: ISC
"""seccomp.py PID: prints the names of the system calls that a process may make
with some arguments, by the kernel's copy of its filter (ptrace(2),
PTRACE_SECCOMP_GET_FILTER).  x86_64 only."""
import ctypes
import os
import re
import struct
import sys

SEIZE, INTERRUPT, DETACH, GET_FILTER = 0x4206, 0x4207, 17, 0x420C
ARCH, ALLOW = 0xC000003E, 0x7FFF0000
libc = ctypes.CDLL(None, use_errno=True)
libc.ptrace.argtypes = [ctypes.c_long] * 2 + [ctypes.c_void_p] * 2
libc.ptrace.restype = ctypes.c_long


def ptrace(request, pid, addr=None, data=None):
    r = libc.ptrace(request, pid, addr, data)
    if r == -1:
        sys.exit(f"ptrace: {os.strerror(ctypes.get_errno())}")
    return r


def filter_of(pid):
    ptrace(SEIZE, pid)
    ptrace(INTERRUPT, pid)
    os.waitpid(pid, 0x40000000)  # __WALL
    n = ptrace(GET_FILTER, pid)
    buf = ctypes.create_string_buffer(n * 8)
    ptrace(GET_FILTER, pid, 0, ctypes.cast(buf, ctypes.c_void_p))
    ptrace(DETACH, pid)
    return [struct.unpack_from("=HBBI", buf.raw, i * 8) for i in range(n)]


def allows(program, number):
    """Whether some arguments let this call pass: both ways of each jump on one
    are followed."""
    todo, seen = [(0, None)], set()
    while todo:
        at, value = todo.pop()
        if (at, value) in seen:
            continue
        seen.add((at, value))
        code, jt, jf, k = program[at]
        if code == 0x20:  # load
            todo.append((at + 1, {0: number, 4: ARCH}.get(k)))
        elif code == 0x06:  # return
            if k == ALLOW:
                return True
        elif value is not None and code == 0x15:  # equal
            todo.append((at + 1 + (jt if value == k else jf), value))
        elif code in (0x15, 0x45):
            todo += [(at + 1 + jt, value), (at + 1 + jf, value)]
        else:
            sys.exit(f"instruction {code:#x}")
    return False


def names():
    for path in ("/usr/include/x86_64-linux-gnu/asm/unistd_64.h",
                 "/usr/include/asm/unistd_64.h"):
        if os.path.exists(path):
            with open(path, encoding="ascii") as f:
                return {int(n): name for name, n in
                        re.findall(r"#define __NR_(\w+) (\d+)", f.read())}
    sys.exit("no asm/unistd_64.h")


table = names()
program = filter_of(int(sys.argv[1]))
for nr in range(0, 1024):
    if allows(program, nr):
        print(table.get(nr, nr))
for nr in range(0x40000000, 0x40000000 + 1024):  # x32
    if allows(program, nr):
        print("x32", nr)
