#!/bin/sh
# SPDX-License-Identifier: ISC
# libpcap 1.10.5, libdnet 1.18.0, cmocka 1.1.7.
exec "$(dirname "$0")/../versions" trixie gcc-13 gcc-14 clang-17 clang-18 clang-19
