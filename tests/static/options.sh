#!/bin/sh
# SPDX-License-Identifier: ISC
# Each program for routers says of its options, and of wrong ones, what the
# native one says, and ends as it does.
. "$(dirname "$0")/lib.sh"

# said PROGRAM ARGUMENT...: what it prints, and its exit status
said() {
	_got=0
	timeout $((20 * SLOW)) "$@" >"$TMP/out" 2>"$TMP/err" </dev/null ||
	    _got=$?
	echo "$_got"
	cat "$TMP/out" "$TMP/err"
}

# alike STATUS ARGUMENT...: as EP, which ends with STATUS
alike() {
	_status=$1
	shift
	said "$EP" "$@" >"$TMP/native"
	[ "$(head -n 1 "$TMP/native")" = "$_status" ] ||
	    fail "etherpuppet $*: $(cat "$TMP/native")"
	said "$PROGRAM" "$@" | diff "$TMP/native" - || fail "$t: etherpuppet $*"
}

[ "$("$EP" -v)" = "etherpuppet $(sed -n 's/^VERSION =[[:space:]]*//p' Makefile)" ] ||
    skip "$EP is of another version"
for t in $STATIC; do
	program "$t"
	alike 0 -v
	alike 0 -h
	alike 2
	alike 2 -Z
	alike 2 --nonsense
	alike 2 -b 0 -i lo -s 1
	alike 2 -i lo
	echo "$t: as $EP"
done
ok
