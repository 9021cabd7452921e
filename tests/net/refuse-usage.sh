#!/bin/sh
# Bad command lines: one line, or at most 12 without arguments, exit status 2.
# -h and -v: standard output, exit status 0.
#
# no topology: nothing here gets as far as the network
. "$(dirname "$0")/lib.sh"

host "$G"

# usage TEXT ARGUMENT...
usage() {
	_text=$1
	shift
	refused 2 "etherpuppet: $_text" "$G" "$EP" "$@"
}

# asked OPTION: what it prints to standard output, into $TMP/asked
asked() {
	"$EP" "$1" >"$TMP/asked" 2>"$TMP/asked.err" || fail "$1: exit status $?"
	[ ! -s "$TMP/asked.err" ] || fail "$1 writes to standard error"
}

in_G "$EP" >"$TMP/none.out" 2>"$TMP/none.err" && fail "no arguments: status 0"
[ $? = 2 ] || fail "no arguments: not exit status 2"
[ ! -s "$TMP/none.out" ] || fail "no arguments: standard output"
[ "$(wc -l <"$TMP/none.err")" -le 12 ] || fail "no arguments: over 12 lines"
grep -q 'ssh root@' "$TMP/none.err" || fail "no arguments: no example with ssh"
grep -q 'etherpuppet -h' "$TMP/none.err" || fail "no arguments: where is help?"

for option in -h --help; do
	asked $option
	for word in -s -c -e -i -m -I -B -S -M -C -d -v -h -u -U -1 -f -p -r -G \
	    -n -L -q -t -w --listen --master --exclude-ssh --netns; do
		grep -q -- "$word\\>" "$TMP/asked" || fail "$option says nothing of $word"
	done
	for later in -k -K -x -a -g; do
		! grep -qE -- "(^|[ ,])$later([ ,]|\$)" "$TMP/asked" ||
		    fail "$option: $later does not exist yet"
	done
	! grep -q '.\{81\}' "$TMP/asked" || fail "$option: over 80 columns"
done
for option in -v --version; do
	asked $option
	[ "$(wc -l <"$TMP/asked")" = 1 ] || fail "$option: not one line"
	grep -qE '^etherpuppet [0-9]+\.[0-9]+' "$TMP/asked" || fail "$option"
done

usage '-s and -c: one peer only' -m -s 1234 -c gw:1234
usage '-s and -e: one peer only' -m -s 1234 -e 'ssh gw'
usage '-c and -e: one peer only' -m -c gw:1234 -e 'ssh gw'
usage '-s given twice: one peer only' -m -s 1234 -s 1235
usage 'no peer: -s, -c or -e is needed' -m
usage 'neither -i (slave) nor -m (master)' -s 1234
usage '-i and -m: either slave or master' -i wan -m -s 1234
usage '-s port: not a port, 1 to 65535' -m -s port
usage '-s 0: not a port, 1 to 65535' -m -s 0
usage '-s 65536: not a port, 1 to 65535' -m -s 65536
usage "-s '': not a port, 1 to 65535" -m -s ''
usage '-s 1.2.3:1234: not an address' -m -s 1.2.3:1234
usage '-s ::1:1234: not an address; write [ADDRESS]:PORT' -m -s ::1:1234
usage '-c gw: not HOST:PORT' -m -c gw
usage '-c gw:http: not a port, 1 to 65535' -m -c gw:http
usage '-c :1234: not HOST:PORT' -m -c :1234
usage '-c fd00::1:1234: write [ADDRESS]:PORT' -m -c fd00::1:1234
usage '-c -: only -s takes -' -m -c -
usage "-e '': not a command" -m -e ''
usage '-M 1.2.3.4: not SRC:PORT,DST:PORT' -i wan -s 1234 -M 1.2.3.4
usage '-M *:*,*:99999: not a port' -i wan -s 1234 -M '*:*,*:99999'
usage '-S: SSH_CONNECTION is not set; use sudo --preserve-env=SSH_CONNECTION' \
    -i wan -s 1234 -S
usage '-L 0.5: 0.3 or 0.4' -m -c gw:1234 -L 0.5
usage '-L is for the side that connects (-c, -e)' -m -s 1234 -L 0.3
usage '-q many: not a number' -m -c gw:1234 -q many
usage '-q 0: between 1 and 1000000' -m -c gw:1234 -q 0
usage '-t -1: not a number' -m -c gw:1234 -t -1
usage '-q is for a master' -i wan -s 1234 -q 10
usage '-u is for a master' -i wan -s 1234 -u
usage '-n is for a master' -i wan -s 1234 -n lab
usage '-w is for a master' -i wan -s 1234 -w file
usage '-B is for a slave' -m -c gw:1234 -B
usage '-S is for a slave' -m -c gw:1234 -S
usage '-M is for a slave' -m -c gw:1234 -M '*:*,*:22'
usage '-B and -S: either nothing is excluded or something' -i wan -s 1234 -B -S
usage '-i a-name-of-16-char: longer than 15 characters' \
    -i a-name-of-16-char -s 1234
usage '-I a-name-of-16-char: longer than 15 characters' \
    -m -I a-name-of-16-char -s 1234
usage "-i '': not an interface" -i '' -s 1234
usage '-n ../../etc: not a name' -m -c gw:1234 -n ../../etc
usage 'unknown argument: stray' -m -c gw:1234 stray
usage 'unknown option: --nonsense' --nonsense
usage 'unknown option: -Z' -Z
usage '-s wants an argument' -m -s
usage '--listen wants an argument' -m --listen
for later in '-k id.pem' '-K peer.crt' -x '-a 10.0.0.0/8' -g; do
	# shellcheck disable=SC2086
	usage "unknown option: ${later%% *}" -m -c gw:1234 $later
done
refusals_end
