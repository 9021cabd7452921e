# SPDX-License-Identifier: ISC
# What the tests of the three BSD ports have in common; sourced after ../lib.sh.
#
# PORT    a copy of the port, with the hashes of TARBALL
# MK      a folder with a stand-in of what the tree's own makefiles give a port
#
# What is wrong is reported, one line each; finish fails if there was any.

BSD=$PWD/tests/packages/bsd
WRONG=
trap 'kill $(ours) 2>/dev/null; rm -rf --one-file-system "$WORK"' EXIT

wrong() {
	echo "$*"
	WRONG=1
}

finish() {
	[ -z "$WRONG" ] || fail 'see above'
}

# equal WHAT WANTED GOT
equal() {
	[ "$2" = "$3" ] || wrong "$1: '$3', want '$2'"
}

# make_port NAME: PORT, from the tarball of now
make_port() {
	need bmake openssl python3
	make_ports
	PORT=$PORTS/$1 MK=$WORK/mk
	mkdir "$MK"
	cp "$BSD/$1.tree" "$MK/bsd.port.mk"
}

# value NAME: of the port's Makefile
value() {
	bmake -r -m "$MK" -C "$PORT" -V "\${$1}"
}

# -- the form ---------------------------------------------------------------

# check_form FILE...: what every tree asks of a text
check_form() {
	for f; do
		! grep -n '[[:blank:]]$' "$f" || wrong "$f: blanks at an end"
		[ -z "$(tail -c 1 "$f")" ] || wrong "$f: no newline at the end"
		[ -n "$(tail -n 1 "$f")" ] || wrong "$f: empty last line"
	done
}

# check_width FILE...: at most 80 columns, tabs counted
check_width() {
	for f; do
		expand "$f" | grep -nE '^.{81}' && wrong "$f: over 80 columns"
	done
}

# check_description FILE: at most 80 columns and 24 lines
check_description() {
	check_form "$1"
	check_width "$1"
	[ "$(wc -l <"$1")" -le 24 ] || wrong "$1: more than 24 lines"
}

# names FILE: the variables in their order, an empty line for one between
# groups
names() {
	sed -n 's/^\([A-Za-z][A-Za-z0-9_.]*\)[[:blank:]]*[+?]*=.*/\1/p
		/^$/p; /^\.include/p' "$1"
}

# check_order FILE "NAME NAME" "NAME"...: each variable is in one of the groups,
# the groups and their variables are in this order, a line is between groups.
check_order() {
	names "$1" | python3 -c '
import sys
groups = [g.split() for g in sys.argv[2:]]
place, wrong = (-1, -1), 0
for name in sys.stdin.read().split("\n"):
	if name.startswith("."):
		break
	at = [(i, g.index(name)) for i, g in enumerate(groups) if name in g]
	if not name:
		place = (place[0] + 1, -1) if place[1] >= 0 else place
	elif not at:
		print(sys.argv[1] + ": unknown here:", name); wrong = 1
	elif at[0] < place or (place[1] >= 0 and at[0][0] != place[0]):
		print(sys.argv[1] + ": out of order:", name); wrong = 1
	else:
		place = at[0]
sys.exit(wrong)' "$@" || WRONG=1
}

# check_comment MAXIMUM PATTERN: length, and the extended expression for its first
# letter; neither the name of the port, nor an article or period at its ends
check_comment() {
	comment=$(value COMMENT)
	[ ${#comment} -le "$1" ] || wrong "COMMENT: over $1 characters"
	echo "$comment" | grep -qE "^$2" || wrong "COMMENT: not $2 first"
	! echo "$comment" | grep -iE '^(a|an|the) |\.$|etherpuppet' ||
		wrong COMMENT
}

# -- what it is made of -----------------------------------------------------

# check_sources: the tarball has the name that the port asks for and the folder
# that it builds in, and DISTINFO tells of the tarball alone.
check_sources() {
	equal 'name of the tarball' "$NAME" "$(value DISTNAME)"
	mkdir "$WORK/src"
	tar -xz -C "$WORK/src" -f "$TARBALL" || fail 'not a tarball'
	equal 'what is in the tarball' "$NAME" "$(ls "$WORK/src")"
	equal 'distfiles in distinfo' "$NAME.tar.gz" \
	    "$(sed -n 's/^[A-Z].* (\(.*\)) = .*/\1/p' "$PORT/distinfo" | sort -u)"
}

# told WHAT: a value of distinfo
told() {
	sed -n "s/^$1 ($NAME.tar.gz) = //p" "$PORT/distinfo"
}

size() {
	wc -c <"$TARBALL" | tr -d ' '
}

# of_make OS=NAME VARIABLE: of the project's Makefile on that system
of_make() {
	printf 'include Makefile\nprint:\n\t@echo ${%s}\n' "$2" |
	    make -s -f - "BUILD=$WORK/build" DNET=dnet "$1" print
}

# check_dependencies WORD...: each is a port that README.md says was found
check_dependencies() {
	for d; do
		grep -q "^- .*\`$d" "$PORT/README.md" ||
			wrong "README.md says nothing of $d"
	done
}

# -- what it installs -------------------------------------------------------

# stage FOLDER WORD...: make(1) as the port runs it, in the tarball's folder. The
# program is the one that was built here.
stage() {
	folder=$1
	shift
	[ -x build/etherpuppet ] || make -s all >"$WORK/log" 2>&1 || {
		cat "$WORK/log"
		fail 'not built'
	}
	(cd "$WORK/src/$NAME" && eval "env $*" -o all "BUILD=$OLDPWD/build") \
	    >"$WORK/log" 2>&1 || {
		cat "$WORK/log"
		fail "install into $folder"
	}
}

# installed FOLDER: its files
installed() {
	(cd "$1" && find . ! -type d | sed 's/^..//' | sort)
}

# check_list FILE FOLDER: LISTED, the files of the list FILE, are those in FOLDER
check_list() {
	installed "$2" >"$WORK/installed"
	printf '%s\n' "$LISTED" | sort | diff -u - "$WORK/installed" ||
		wrong "$1: - listed, + installed"
}

# -- the service ------------------------------------------------------------

# A service that needs no privilege: it writes a file, whose name shows what has
# become of the quotes.
make_flags() {
	port=$(python3 -c 'import socket
s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
	FLAGS="-w '$WORK/two words (1).pcapng' -s 127.0.0.1:$port"
	LISTENING="listening on 127.0.0.1 $port"
}

# wait_for COMMAND: for 20 seconds at most
wait_for() {
	tries=200
	until eval "$1"; do
		tries=$((tries - 1))
		[ $tries -gt 0 ] || return 1
		sleep 0.1
	done
}

# ours: process ids of the service
ours() {
	ps -e -o pid= -o args= | grep -F "two words (1).pcapng" |
	    grep -F "$WORK" | grep -v grep | awk '{ print $1 }'
}

# check_service SCRIPT LOG: starts it twice, and stops it; the log has its lines
# with the name of the script, which has a file that a quoted word named
check_service() {
	sh -n "$1" || wrong "$1: no shell script"
	"$1" start || wrong 'start failed'
	wait_for "grep -q '$LISTENING' '$2' 2>/dev/null" || {
		cat "$2"
		wrong 'it does not listen, or its lines are lost'
	}
	grep -q "^${1##*/}: .*$LISTENING" "$2" || wrong "$2: no tag"
	[ -e "$WORK/two words (1).pcapng" ] || wrong 'quotes are lost'
	"$1" "${CHECK:-status}" || wrong 'it runs, but it says no'
	first=$(ours)
	"$1" start
	equal 'processes after a second start' "$first" "$(ours)"
	"$1" stop || wrong 'stop failed'
	wait_for '[ -z "$(ours)" ]' || {
		wrong 'it still runs'
		kill $(ours)
	}
	"$1" "${CHECK:-status}" && wrong 'it has ended, but it says it runs'
	return 0
}
