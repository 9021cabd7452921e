#!/bin/sh
# SPDX-License-Identifier: ISC
# The newest libraries and compilers: libpcap 1.11, libdnet 1.18.2, cmocka 2.0.
exec "$(dirname "$0")/../versions" sid gcc-16 clang-23
