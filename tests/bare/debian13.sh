#!/bin/sh
# SPDX-License-Identifier: ISC
# The README's two commands on a bare Debian 13.
cd "$(dirname "$0")/../.." || exit 2
. tests/bare/lib.sh
bare trixie "$@"
