#!/bin/sh
# SPDX-License-Identifier: ISC
# libpcap 1.10.3, libdnet 1.16.3, cmocka 1.1.5.
exec "$(dirname "$0")/../versions" bookworm gcc-11 gcc-12 clang-13 clang-14 \
    clang-15 clang-16 clang-19
