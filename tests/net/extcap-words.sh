#!/bin/sh
# SPDX-License-Identifier: ISC
# Any text in a field of the capture program arrives as one unchanged word: at
# ssh, and, for the interface's name, behind the remote shell.  No part of it is
# run here.  Failures give one line.
#
#   (no network: ssh and etherpuppet are scripts that print their arguments)
. "$(dirname "$0")/lib.sh"

mkdir "$TMP/bin"
# plays etherpuppet: shows its arguments, runs -e
cat >"$TMP/bin/etherpuppet" <<-'end'
	#!/bin/sh
	for a; do
		printf '<%s>\n' "$a"
	done >>"$GOT"
	while [ "$1" != -e ]; do shift; done
	/bin/sh -c "$2" >>"$GOT" 2>&1
	exit 3
end
# plays ssh: shows its arguments, has the last one run as sshd does
cat >"$TMP/bin/ssh" <<-'end'
	#!/bin/sh
	for a; do
		printf 'ssh<%s>\n' "$a"
	done
	SSH_CONNECTION='1 2 3 4' /bin/sh -c "$a"
end
# plays the program over there, and sudo
cat >"$TMP/bin/there" <<-'end'
	#!/bin/sh
	for a; do
		printf '%s<%s>\n' "${0##*/}" "$a"
	done
end
cp "$TMP/bin/there" "$TMP/bin/sudo"
ln -s "$EP" "$TMP/real"
chmod +x "$TMP"/bin/*

# words ARGS...: what they become, to $TMP/got; status 3 is the program's
words() {
	_got=0
	: >"$TMP/got"
	(cd "$TMP" && GOT=$TMP/got ETHERPUPPET= PATH="$TMP/bin:$PATH" "$TOP/contrib/wireshark/etherpuppet-extcap" \
	    --capture --extcap-interface etherpuppet --fifo "$TMP/fifo" \
	    --remote there "$@") >"$TMP/out" 2>>"$TMP/got" || _got=$?
	[ "$_got" = 3 ] || fail "status $_got of $*: $(cat "$TMP/got")"
	[ ! -s "$TMP/out" ] || fail "standard output: $(cat "$TMP/out")"
	[ ! -e "$TMP/pwned" ] || fail "run here: $*"
}

# has LINE: it is among what they became
has() { grep -qxF -- "$1" "$TMP/got" || fail "no $1 in: $(cat "$TMP/got")"; }

TOP=$PWD
: >"$TMP/fifo"
# what shells, echo, sed and xargs would make something of
for odd in 'a b' "it's" '"' '$(touch pwned)' '`touch pwned`' '; touch pwned;' \
    'back\slash\n\c' '*' '-n' '--' '&' '~' "''" '$HOME' ' lead and trail ' \
    "'; touch pwned; '" '#' '%s' '!!' '>pwned' '{a,b}' 'ü'; do
	words --host "$odd" --interface "$odd" --port "$odd" \
	    --extcap-capture-filter "$odd"
	has "ssh<$odd>"
	[ "$(grep -cxF -- "ssh<$odd>" "$TMP/got")" -ge 2 ] || fail "host or port: $odd"
	has "there<$odd>"
	has "<$odd>"
done

words --host=h=1 --interface=i=2 --ssh= --sudo --promiscuous \
    --extcap-version=4.0
has 'ssh<h=1>'
has '<-p>'
[ "$(grep '^sudo' "$TMP/got" | tr '\n' ' ')" = 'sudo<-n> sudo<there> '\
'sudo<-i> sudo<i=2> sudo<-s> sudo<-> sudo<-M> sudo<1 2 3 4> ' ] ||
    fail "with sudo: $(cat "$TMP/got")"

words --host h --ssh '  -J "a b"  -i '\''c $(touch pwned) "'\'' -o x=\"\ y "" -v '
[ "$(grep '^ssh' "$TMP/got" | head -n 9 | tr '\n' ' ')" = 'ssh<-J> ssh<a b> '\
'ssh<-i> ssh<c $(touch pwned) "> ssh<-o> ssh<x=" y> ssh<> ssh<-v> ssh<-T> ' ] ||
    fail "options of ssh: $(cat "$TMP/got")"
words --host h --port 0
unsaid got 'ssh<-p>' || fail 'a port of 0 is given to ssh'
words --host h --ssh '   '
[ "$(grep '^ssh' "$TMP/got" | head -n 1)" = 'ssh<-T>' ] || fail 'a word of blanks'

# fails SCRIPT: what ssh does; the real program's words about it, to $TMP/got
fails() {
	printf '#!/bin/sh\n%s\n' "$1" >"$TMP/bin/ssh"
	! (cd "$TMP" && ETHERPUPPET="$TMP/real" PATH="$TMP/bin:$PATH" \
	    "$TOP/contrib/wireshark/etherpuppet-extcap" --capture \
	    --extcap-interface etherpuppet --fifo /dev/null --host "it's me") \
	    >"$TMP/out" 2>"$TMP/got" || fail 'a failure is none'
	cat "$TMP/got"
	[ "$(wc -l <"$TMP/got")" = 1 ] || fail 'not one line'
	unsaid got BatchMode || fail 'the command is quoted'
}
fails 'echo "ssh: connect to host me: No route" >&2; exit 255'
grep -q '^ssh: connect to host me: No route; .*status 255' "$TMP/got" ||
    fail 'not what ssh says'
fails 'echo Banner >&2; echo more >&2; echo last >&2; exit 127'
grep -q '^last; .*status 127: not found there' "$TMP/got" || fail 'not the remedy'
fails 'exit 1'
ok
