#!/bin/sh
# A slave that cannot know which frames carry its own session refuses to start
# and prints the ways out; with one of them it starts.
#
#   R --wan-- G (slaves) --ctl-- M
. "$(dirname "$0")/lib.sh"

need ssh
topo
WAYS="etherpuppet: say it by one of
  sudo --preserve-env=SSH_CONNECTION etherpuppet ...
  -M \"\$SSH_CONNECTION\"   (through ssh and sudo: -M '\"\$SSH_CONNECTION\"')
  -M '*:*,ADDR:22'       the server's address and port
  -B                     exclude nothing: only if the session is elsewhere"
WHY='etherpuppet: wan: cannot know which frames carry this session'
unset SSH_CONNECTION || true

refused 1 "$WHY: its peer is a command
$WAYS" "$G" "$EP" -i wan -e 'ssh root@10.9.0.2 etherpuppet -m -s -'
refused 1 "$WHY: its peer is a pipe and SSH_CONNECTION is not set
$WAYS" "$G" "$EP" -i wan -s -
refused 1 "$WHY: its peer is this host and SSH_CONNECTION is not set
$WAYS" "$G" "$EP" -i wan -c 127.0.0.1:1234
refused 1 "$WHY: its peer is this host and SSH_CONNECTION is not set
$WAYS" "$G" "$EP" -i wan -s 127.0.0.1:1234
refused 1 "etherpuppet: SSH_CONNECTION: not \"client port server port\": rubbish
$WAYS" "$G" env SSH_CONNECTION=rubbish "$EP" -i wan -s -

# starts NAME COMMAND...: it listens
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
