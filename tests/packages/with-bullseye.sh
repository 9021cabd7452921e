#!/bin/sh
# SPDX-License-Identifier: ISC
# The oldest that the archive has: libpcap 1.10.0, libdnet 1.12, the headers of
# Linux 5.10.
exec "$(dirname "$0")/../versions" bullseye gcc-10 clang-11
