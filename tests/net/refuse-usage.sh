#!/bin/sh
# SPDX-License-Identifier: ISC
# A wrong command line gives one line on standard error, no arguments give at
# most 12 lines; the exit status is 2.  The options -h and -v write to standard
# output, with exit status 0.
#
#   (no network)
. "$(dirname "$0")/lib.sh"

host "$G"

# usage TEXT ARGUMENT...: these arguments must be refused with TEXT
usage() {
	_text=$1
	shift
	refused 2 "etherpuppet: $_text; etherpuppet -h lists the options" \
	    "$G" "$EP" "$@"
}

# asked OPTION: writes the program's standard output to $TMP/asked
asked() {
	"$EP" "$1" >"$TMP/asked" 2>"$TMP/asked.err" || fail "$1: exit status $?"
	[ ! -s "$TMP/asked.err" ] || fail "$1 writes to standard error"
}

in_G "$EP" >"$TMP/none.out" 2>"$TMP/none.err" && fail "no arguments: status 0"
[ $? = 2 ] || fail "no arguments: not exit status 2"
[ ! -s "$TMP/none.out" ] || fail "no arguments: something on standard output"
[ "$(wc -l <"$TMP/none.err")" -le 12 ] || fail "no arguments: over 12 lines"
grep -q 'ssh root@' "$TMP/none.err" || fail "no arguments: no example with ssh"
grep -q 'etherpuppet -h' "$TMP/none.err" || fail "no arguments: -h is not named"

for option in -h --help; do
	asked $option
	for word in -s -c -e -i -m -I -B -S -M -C -d -v -h -u -U -1 -f -p -r -x -g -G \
	    -n -L -q -t -w --listen --master --exclude-ssh --netns; do
		grep -q -- "$word\\>" "$TMP/asked" ||
		    fail "$option does not name $word"
	done
	for later in -k -K; do
		unsaid asked "(^|[ ,])$later([ ,]|\$)" ||
		    fail "$option: $later does not exist yet"
	done
	head -n 1 "$TMP/asked" | grep -q '^usage: ' ||
	    fail "$option: the first line is no synopsis"
	grep -q '^Exit status: 0 ' "$TMP/asked" ||
	    fail "$option: it does not explain the exit status"
	[ -z "$(tail -c 1 "$TMP/asked")" ] ||
	    fail "$option: the last line does not end"
	unsaid asked '.{81}' || fail "$option: over 80 columns"
done
for option in -v --version; do
	asked $option
	[ "$(wc -l <"$TMP/asked")" = 1 ] || fail "$option: not one line"
	grep -qE '^etherpuppet [0-9]+\.[0-9]+' "$TMP/asked" ||
	    fail "$option: no version"
done

ONE='only one of -s, -c and -e can be the connection'
usage "$ONE" -m -s 1234 -c gw:1234
usage "$ONE" -m -s 1234 -e 'ssh gw'
usage "$ONE" -m -c gw:1234 -e 'ssh gw'
usage "$ONE" -m -s 1234 -s 1235
usage 'one of -s, -c and -e must be given' -m
usage 'either -i interface or -m must be given' -s 1234
usage '-m makes a doll, -i uses a real interface: only one of them' \
    -i wan -m -s 1234

usage '-x lets only the session through, and -B says that nobody knows it' \
    -i wan -x -B -s 1234
usage '-x cannot be asked of an old etherpuppet (-L)' -m -x -L 0.3 -c gw:1234

usage '-g joins segments, -G cuts them: only one of them' \
    -i wan -g -G -s 1234
usage '-w writes every frame as it was: -g cannot be met' \
    -w file -g -c gw:1234

EMPTY='-s, -c and -e must not be empty'
PORT='no port: want 1 to 65535 or a service'
usage "-s port: $PORT" -m -s port
usage "-s 0: $PORT" -m -s 0
usage "-s 65536: $PORT" -m -s 65536
usage "$EMPTY" -m -s ''
usage '-s ::1:1234: an IPv6 address must be in brackets: [addr]:port' \
    -m -s ::1:1234
usage '-c gw: no port: want host:port' -m -c gw
usage "-c gw:0: $PORT" -m -c gw:0
usage "-c gw:65536: $PORT" -m -c gw:65536
usage '-c :1234: no host: want host:port' -m -c :1234
usage '-c fd00::1:1234: an IPv6 address must be in brackets: [addr]:port' \
    -m -c fd00::1:1234
usage '-c -: no port: want host:port' -m -c -
usage "$EMPTY" -m -e ''

usage "-M 1.2.3.4: '1.2.3.4' is neither address:port,address:port nor \
SSH_CONNECTION's four words" -i wan -s 1234 -M 1.2.3.4
usage "-M *:*,*:99999: '99999' is no port: 1 to 65535, or * for any" \
    -i wan -s 1234 -M '*:*,*:99999'
usage '-B captures everything, -M and -S leave something out' \
    -i wan -s 1234 -B -S
PAIR='*:*,*:22'
usage '-S and -M: no more than 8 of them together' -i wan -s 1234 -S -M "$PAIR" \
    -M "$PAIR" -M "$PAIR" -M "$PAIR" -M "$PAIR" -M "$PAIR" -M "$PAIR" -M "$PAIR"
usage '-U must not be empty' -m -s 1234 -U ''
usage '-L 0.5: must be 0.3 or 0.4' -m -c gw:1234 -L 0.5
usage '-L is for the side that connects (-c, -e); a listening side finds out '\
'by itself' -m -s 1234 -L 0.3
usage '-q many: must be a number from 1 to 500000' -m -c gw:1234 -q many
usage '-q 0: must be a number from 1 to 500000' -m -c gw:1234 -q 0
usage '-t -1: must be a number from 1 to 86400' -m -c gw:1234 -t -1
usage '-t 5s: must be a number from 1 to 86400' -m -c gw:1234 -t 5s

for option in '-q 10' -u -O '-U true' '-I doll' '-n lab' '-w file'; do
	# shellcheck disable=SC2086
	usage "${option%% *} belongs to the side with -m" -i wan -s 1234 $option
done
for option in -B -S '-M *:*,*:22' '-b 4'; do
	# shellcheck disable=SC2086
	usage "${option%% *} belongs to the side with -i" -m -c gw:1234 $option
done
for option in -u '-q 10' '-I doll' '-n lab' '-U true'; do
	# shellcheck disable=SC2086
	usage "-w makes no doll: ${option%% *} cannot be met" \
	    -w file -c gw:1234 $option
done

NAME='must be an interface name of 1 to 15 letters'
usage "-i a-name-of-16-char: $NAME" -i a-name-of-16-char -s 1234
usage "-I a-name-of-16-char: $NAME" -m -I a-name-of-16-char -s 1234
usage "-i : $NAME" -i '' -s 1234
usage "-i a:b: $NAME" -i a:b -s 1234
usage "-I ..: $NAME" -m -I .. -s 1234
usage '-I puppet%d: must be a name without %' -m -I puppet%d -s 1234
usage "-i a\\xc3\\xa0: $NAME" -i "$(printf 'a\303\240')" -s 1234
usage '-n ../../etc: must be a name without /' -m -c gw:1234 -n ../../etc
usage 'stray: not an option' -m -c gw:1234 stray
usage '--nonsense: not an option' --nonsense
usage '-y: not an option' -y
usage '-s: wants an argument' -m -s
usage '--listen: wants an argument' -m --listen
for later in '-k id.pem' '-K peer.crt'; do
	# shellcheck disable=SC2086
	usage "${later%% *}: not an option" -m -c gw:1234 $later
done

# with the set-user-ID bit everybody could run the program as root
if have setpriv; then
	cp "$EP" "$TMP/program"
	chmod 4755 "$TMP/program"
	refused 2 'etherpuppet: the set-user-ID bit must not be on this program; '\
'use sudo or doas' "$G" setpriv --reuid nobody --regid nogroup \
	    --clear-groups "$TMP/program" -w "$TMP/root" -s 127.0.0.1:1234
	[ ! -e "$TMP/root" ] || fail 'the program wrote a file as root'
fi
refusals_end
