#!/bin/sh
# SPDX-License-Identifier: ISC
# A slave that cannot know which frames carry its own session refuses to start,
# and prints the ways out.  With any of them it starts.
#
#   R --wan-- G (slaves) --ctl-- M
. "$(dirname "$0")/lib.sh"

topo
unset SSH_CONNECTION || true

# unknown REASON COMMAND...: COMMAND must be refused, with all the ways out
unknown() {
	_why=$1
	shift
	case $* in
	*' -e '*) _who=etherpuppet ;;
	*' -s -') _who="etherpuppet($(uname -n))" ;;
	*) _who=etherpuppet ;;
	esac
	refused 1 "$_who: wan: the connection that carries the session is \
not known ($_why), so it would be captured and sent for ever; the ways out:
  sudo --preserve-env=SSH_CONNECTION etherpuppet ...  if only sudo hides it
  ssh gw 'etherpuppet ... -M \"\$SSH_CONNECTION\"'       the session's own ssh, \
quoted so
  -M '*:*,ADDR:22'    every connection with port 22 of this host's ADDR
  -B                  capture everything: the session goes by another interface" \
	    "$G" "$@"
}

NONE='SSH_CONNECTION is not set'
unknown 'the connection of a command (-e) cannot be known' \
    "$EP" -i wan -e 'ssh root@10.9.0.2 etherpuppet -m -s -'
unknown "$NONE" "$EP" -i wan -s -
unknown "$NONE" "$EP" -i wan -c 127.0.0.1:1234
unknown "$NONE" "$EP" -i wan -s 127.0.0.1:1234
unknown "$NONE" "$EP" -i wan -s 1234 -S
unknown "'rubbish' is neither address:port,address:port nor SSH_CONNECTION's \
four words" env SSH_CONNECTION=rubbish "$EP" -i wan -s -

# starts NAME COMMAND...: COMMAND must start to listen
starts() {
	_name=$1
	shift
	start "$_name" "$G" "$@"
	wait_log "$_name.log" 'listening on'
	stop "$PID"
	[ "$STATUS" = 0 ] || fail "$_name: exit status $STATUS"
}

SSH='10.9.0.2 4000 10.9.0.1 22'
starts option_M "$EP" -i wan -s 127.0.0.1:1234 -M '*:*,10.9.0.1:22'
starts four_words "$EP" -i wan -s 127.0.0.1:1234 -M "$SSH"
starts option_B "$EP" -i wan -s 127.0.0.1:1234 -B
starts option_S env SSH_CONNECTION="$SSH" "$EP" -i wan -s 127.0.0.1:1234 -S
starts by_itself env SSH_CONNECTION="$SSH" "$EP" -i wan -s 127.0.0.1:1234
refusals_end
