#!/bin/sh
# Whatever is typed into a field of the capture program arrives as the word
# that it is: at ssh, and, of the interface's name, behind the shell over there.
# Nothing of it is run here.
#
#   (no network: ssh and etherpuppet are scripts that print their arguments)
. "$(dirname "$0")/lib.sh"

mkdir "$TMP/bin"
# plays etherpuppet: shows its arguments, runs -e
cat >"$TMP/bin/etherpuppet" <<-'end'
	#!/bin/sh
	for a; do
		printf '<%s>\n' "$a"
	done >&2
	while [ "$1" != -e ]; do shift; done
	/bin/sh -c "$2" >&2
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
chmod +x "$TMP"/bin/*

# words ARGS...: what they become, to $TMP/got; status 3 is the program's
words() {
	_got=0
	(cd "$TMP" && ETHERPUPPET= PATH="$TMP/bin:$PATH" "$TOP/contrib/wireshark/etherpuppet-extcap" \
	    --capture --extcap-interface etherpuppet --fifo "$TMP/fifo" \
	    --remote there "$@") >"$TMP/out" 2>"$TMP/got" || _got=$?
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
words --host h --ssh '   '
[ "$(grep '^ssh' "$TMP/got" | head -n 1)" = 'ssh<-T>' ] || fail 'a word of blanks'
ok
