#!/bin/sh
# SPDX-License-Identifier: ISC
# The completions in bash, zsh and fish: a key press completes option names,
# interfaces, namespaces and files.  "etherpuppet" is a function here, which
# prints its words.  The network namespace has wanted0 and nothing like it.
cd "$(dirname "$0")/../.." || exit 2
if [ -z "${INSIDE:-}" ]; then
	for p in bash zsh fish script unshare ip; do
		command -v $p >/dev/null || { echo "no $p here"; exit 77; }
	done
	[ "$(id -u)" = 0 ] || { echo 'not root'; exit 77; }
	INSIDE=1 exec unshare -n -m sh "$0"
fi
TMP=$(mktemp -d) || exit 2
trap 'rm -rf "$TMP"' EXIT
trap 'exit 1' INT TERM HUP
set -e
mount -t sysfs none /sys # that of this namespace
mount -t tmpfs none /run
mkdir /run/netns
: >/run/netns/laboratory
ip link add wanted0 type veth peer name other0
make -s PREFIX=/p DESTDIR="$TMP" BUILD=build install >"$TMP/log" 2>&1 ||
    { cat "$TMP/log"; exit 1; }
share=$TMP/p/share
mkdir "$TMP/files"
: >"$TMP/files/capture.pcap"
cd "$TMP/files"
export HOME="$TMP/files" TERM=dumb

bash_begin() { cat <<-end
	PS1=
	etherpuppet() { printf '%s\n' "\$*" >$TMP/words; }
	. $share/bash-completion/completions/etherpuppet
end
}

zsh_begin() { cat <<-end
	PS1=
	etherpuppet() { printf '%s\n' "\$*" >$TMP/words; }
	fpath=($share/zsh/site-functions \$fpath)
	autoload -U compinit; compinit -u -D
end
}

# keys SHELL TYPED WORDS: what is typed becomes these words
keys() {
	rm -f "$TMP/words"
	case $1 in
	bash) command='bash --norc --noprofile -i' ;;
	zsh) command='zsh -f -i' ;;
	esac
	{ "$1_begin"; printf "$2\nexit\n"; } |
	    timeout 60 script -qec "$command" /dev/null >"$TMP/log" 2>&1 || true
	words=$(sed 's/ *$//' "$TMP/words" 2>/dev/null) || words=nothing
	[ "$words" = "$3" ] || {
		cat "$TMP/log"
		echo "$1: '$2' has become '$words', not '$3'"
		exit 1
	}
}

for s in bash zsh; do
	keys $s 'etherpuppet -i wan\t' '-i wanted0'
	keys $s 'etherpuppet -pri wan\t' '-pri wanted0'
	keys $s 'etherpuppet -m -n lab\t' '-m -n laboratory'
	keys $s 'etherpuppet -w capt\t' '-w capture.pcap'
	keys $s 'etherpuppet -L 0.3 --read-o\t' '-L 0.3 --read-only'
	keys $s 'etherpuppet -e capt\t' '-e capt'
	keys $s 'etherpuppet capt\t' 'capt'
done
keys bash 'etherpuppet --interf\twan\t' '--interface wanted0'
keys zsh 'etherpuppet --interf\twan\t' '--interface=wanted0'
keys bash 'etherpuppet --interface=wan\t' '--interface=wanted0'
keys zsh 'etherpuppet --interface=wan\t' '--interface=wanted0'

# fish TYPED WORD: it is one of the completions, or the only one with "!"
in_fish() {
	fish --no-config -c "source $share/fish/vendor_completions.d/etherpuppet.fish
	    complete -C '$1'" | cut -f 1 >"$TMP/words"
	[ "$(cat "$TMP/words")" = "$2" ] || {
		cat "$TMP/words"
		echo "fish: '$1' is not completed to '$2' alone"
		exit 1
	}
}
in_fish 'etherpuppet --interf' --interface
in_fish 'etherpuppet -i wan' wanted0
in_fish 'etherpuppet -pri wan' wanted0
in_fish 'etherpuppet --interface=wan' --interface=wanted0
in_fish 'etherpuppet -n lab' laboratory
in_fish 'etherpuppet -w capt' capture.pcap
in_fish 'etherpuppet -e capt' ''
in_fish 'etherpuppet -L ' '0.3
0.4'
