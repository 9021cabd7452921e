#!/bin/sh
# SPDX-License-Identifier: ISC
# The README's two commands on a bare Debian 12.
cd "$(dirname "$0")/../.." || exit 2
. tests/bare/lib.sh
bare bookworm "$@"
