#!/bin/sh
# SPDX-License-Identifier: ISC
# A stop ends everything on both sides within 5 seconds, whatever stage it is
# in: ^C (SIGINT to all on the terminal), Wireshark's stop (SIGTERM to the
# extcap program), a reader that is gone (SIGKILL of Wireshark), while ssh
# connects, while the other side is slow to start, and while a session lives
# on a silent interface.
#
#   G (sshd, slave) ctl ------ ctl M (tshark, extcap, master)
. "$(dirname "$0")/lib.sh"

topo
sshd_start "$G"
. "$NET/lib-extcap.sh"

# Somebody who accepts and says nothing, as a host behind a bad way does.
start mute "$G" "$PY" -c 'import socket, signal
s = socket.create_server(("10.8.0.1", 2222))
signal.pause()'
wait_listen "$G" 2222
cat >"$TMP/bin/slow" <<-end
	#!/bin/sh
	echo \$\$ >"$TMP/slow.pid"
	read -r word <"$TMP/go"
	exec etherpuppet "\$@"
end
chmod +x "$TMP/bin/slow"
mkfifo "$TMP/go"

# group NAME ARGS...: as extcap, but a process group of its own, as on a
# terminal
group() {
	NOBODY="setsid $NOBODY"
	extcap "$@"
	NOBODY=${NOBODY#setsid }
	wait_for 20 "here $M | grep -q extcap" 'extcap was not started'
}

# stage NAME: brings one capture there
stage() {
	rm -f "$TMP/slow.pid"
	case $1 in
	connecting)
		group "$1" ctl -o extcap.etherpuppet.port:2222
		wait_for 10 "in_G ss -tnH state established 'sport = :2222' |
		    grep -q ." 'ssh does not connect'
		;;
	starting)
		group "$1" ctl -o extcap.etherpuppet.remote:slow
		wait_for 10 "[ -s '$TMP/slow.pid' ]" 'the other side does not start'
		;;
	capturing)
		group "$1" wan
		wait_for 10 "[ -n \"\$(here $G)\" ] && [ -s '$TMP/home/$1.pcapng' ]" \
		    'no capture'
		;;
	esac
}

# end_by HOW: what it is stopped by
end_by() {
	case $1 in
	interrupt) kill -INT "-$CAPTURE" ;;
	term) kill -TERM "$(here "$M" | sed -n 's/ .*extcap.*//p')" ;;
	gone)
		kill -KILL "$CAPTURE"
		for p in $(ip netns pids "$M"); do
			[ "$(cat "/proc/$p/comm" 2>/dev/null)" != dumpcap ] ||
			    kill -KILL "$p"
		done
		;;
	esac
}

for how in interrupt term gone; do
	for stage in connecting starting capturing; do
		stage $stage
		end_by $how
		if [ $stage = starting ]; then
			wait_for 5 "[ -z \"\$(here $M)\" ]" \
			    "$stage, $how: left: $(here "$M")"
			# it goes on over there, and finds nobody
			echo go >"$TMP/go"
		fi
		gone
		wait_for 5 "! alive $CAPTURE" "$stage, $how: tshark is left"
		lacks 'by extcap' cat "$TMP/$stage.log" ||
		    fail "$stage, $how: a stop is shown as an error"
	done
done
ok
