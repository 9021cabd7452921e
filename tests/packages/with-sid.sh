#!/bin/sh
# SPDX-License-Identifier: ISC
# The newest libraries (libpcap 1.11, libdnet 1.18.2, cmocka 2) with what are
# Debian's default compilers.
exec "$(dirname "$0")/../versions" sid gcc clang
