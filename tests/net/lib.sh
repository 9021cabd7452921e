# SPDX-License-Identifier: ISC
# Functions for all network tests; sourced, POSIX sh.
#
#     R (remote host)             G (gateway)                  M (master)
#   +------------------+      +------------------+      +---------------------+
#   | wan  10.9.0.2/24 |------| wan  10.9.0.1/24 |      |                     |
#   |                  |      | ctl  10.8.0.1/24 |------| ctl  10.8.0.2/24    |
#   +------------------+      | slave            |      | master, doll puppet0|
#                             +------------------+      +---------------------+
#      MAC 02:00:00:09:00:02     wan 02:00:00:09:00:01
#
# A script runs from the root of the repository, tests one behaviour, and ends
# by ok, fail or skip: exit status 0, 1 or 77, the reason on the last line.
# Its programs run in network namespaces named after its process, so that two
# scripts can run at once; one trap removes everything.
#
# Variables from outside: ETHERPUPPET is the program (build/etherpuppet); SLOW
# is a factor for all deadlines (emulated machines); OPTIONS are options of both
# slave and master, which a script's own follow; KEEP=1 keeps $TMP.

set -eu
export PYTHONDONTWRITEBYTECODE=1
unset SSH_CONNECTION SSH_CLIENT SSH_TTY SUDO_UID SUDO_GID SUDO_USER DOAS_USER

SLOW=${SLOW:-1}
R=epR$$ G=epG$$ M=epM$$
TMP=$(mktemp -d "${TMPDIR:-/tmp}/epnet.XXXXXX")
chmod 755 "$TMP"
HERE=$(cd "$(dirname "$0")" && pwd)
NET=$HERE/../net
PY=/usr/bin/python3
DOLL=puppet0	# the doll for wait_session and doll_address,
DOLLHOST=$M	# and its namespace
PIDS='' HOSTS='' VERDICT='' REASON='' PIN=''

# -- the end ---------------------------------------------------------------

ok() { VERDICT=ok REASON=ok; exit 0; }
fail() { VERDICT=fail REASON="FAIL: $*"; exit 1; }
skip() { VERDICT=skip REASON="SKIP: $*"; exit 77; }

show_logs() {
	for log in "$TMP"/*.log; do
		[ -s "$log" ] || continue
		echo "--- ${log##*/}"
		tail -n 25 "$log"
	done
	echo ---
}

# alive PID: the process exists and is not a zombie.
alive() { grep -q '^State:[[:space:]]*[^ZX]' "/proc/$1/status" 2>/dev/null; }

# descriptors PID LIMIT: sets how many descriptors a process may have, as the
# process's own user: only CAP_SYS_RESOURCE may do so of others'.
descriptors() {
	# shellcheck disable=SC2046
	setpriv $(awk '/^Uid:/ { print "--reuid", $2 } /^Gid:/ { print "--regid", $2 }' \
	    "/proc/$1/status") --clear-groups prlimit --pid "$1" --nofile="$2"
}

# helper_of PID: the only child of a relay.
helper_of() { tr -d ' ' <"/proc/$1/task/$1/children"; }

finish() {
	status=$?
	trap '' EXIT INT TERM HUP
	set +e
	for pid in $PIDS; do
		alive "$pid" && kill "$pid" 2>/dev/null
	done
	for pid in $PIDS; do
		wait_for 3 "! alive $pid" || kill -9 "$pid" 2>/dev/null
		wait "$pid" 2>/dev/null
	done
	for host in $HOSTS; do
		for pid in $(ip netns pids "$host" 2>/dev/null); do
			kill -9 "$pid" 2>/dev/null
		done
		ip netns del "$host" 2>/dev/null
		rm -f "/etc/netns/$host/resolv.conf" # of a killed master's
		rmdir "/etc/netns/$host" /etc/netns 2>/dev/null
	done
	if [ "$status" = 0 ] && grep -lE 'ERROR: (Address|Leak)Sanitizer|runtime error:' \
	    "$TMP"/*.log* >/dev/null 2>&1; then
		status=1 VERDICT=fail REASON='FAIL: a sanitizer complained'
	fi
	case $VERDICT,$status in
	ok,0 | skip,77) ;;
	fail,1) show_logs ;;
	*)
		show_logs
		REASON="FAIL: ended with status $status and no verdict (sh -x $0)"
		status=1
		;;
	esac
	if [ -n "${KEEP:-}" ]; then echo "kept $TMP"; else rm -rf "$TMP"; fi
	echo "$REASON"
	exit "$status"
}
trap finish EXIT
trap 'fail interrupted' INT TERM HUP

# -- waiting ---------------------------------------------------------------

# wait_for SECONDS CONDITION [MESSAGE]: evaluates CONDITION until it is true.
# At the deadline: fails with MESSAGE; without MESSAGE returns 1.  The deadline
# is in $4, not in a variable, because CONDITION may call wait_for.
wait_for() {
	read -r _now _ </proc/uptime
	set -- "$1" "$2" "${3:-}" $((${_now%.*} + $1 * SLOW + 1))
	until eval "$2"; do
		read -r _now _ </proc/uptime
		if [ "${_now%.*}" -ge "$4" ]; then
			[ -z "$3" ] || fail "$3 (not within $(($1 * SLOW)) s)"
			return 1
		fi
		sleep 0.05
	done
}

# wait_log FILE REGEX [SECONDS]: until grep -E finds a line in $TMP/FILE.
wait_log() {
	wait_for "${3:-10}" "grep -qE -- '$2' '$TMP/$1' 2>/dev/null" \
	    "$1 never said: $2"
}

# wait_listen HOST PORT: until a program listens there on TCP.
wait_listen() {
	wait_for 10 "ip netns exec $1 ss -ltnH 'sport = :$2' | grep -q ." \
	    "nobody listens on port $2 in $1"
}

# lacks REGEX COMMAND...: COMMAND succeeds and grep -E finds no line of its
# output.  (A pipe into grep would also pass if COMMAND fails.)
lacks() {
	_regex=$1
	shift
	"$@" >"$TMP/lacks" || fail "this failed: $*"
	! grep -E -- "$_regex" "$TMP/lacks"
}

# unsaid FILE REGEX: $TMP/FILE has lines, and grep -E finds none of them.
unsaid() {
	[ -s "$TMP/$1" ] || fail "there is nothing in $1"
	lacks "$2" cat "$TMP/$1"
}

# no_interface HOST NAME: the host exists and has no such interface.
no_interface() { lacks "^[0-9]+: $2[:@]" ip -n "$1" -o link; }

# running HOST: prints the name and arguments of all processes there.
running() {
	ip netns pids "$1" >"$TMP/running" || return
	while read -r _p; do
		{ echo "$(cat "/proc/$_p/comm") $(tr '\0' ' ' <"/proc/$_p/cmdline")"; } \
		    2>/dev/null || :
	done <"$TMP/running"
}

# wait_exit PID SECONDS: waits for its end and sets STATUS, or fails.
wait_exit() {
	wait_for "$2" "! alive $1" "process $1 did not end"
	STATUS=0
	wait "$1" || STATUS=$?
}

# -- programs --------------------------------------------------------------

have() { command -v "$1" >/dev/null 2>&1; }
need() { for _p; do have "$_p" || skip "no $_p here"; done; }

# start NAME HOST COMMAND...: runs it in the background, with output to
# $TMP/NAME.log; keeps an older log under another name.  Sets PID.
start() {
	_log=$TMP/$1.log _host=$2
	shift 2
	[ ! -e "$_log" ] || mv "$_log" "$_log.$(date +%s%N)"
	ip netns exec "$_host" "$@" >"$_log" 2>&1 </dev/null &
	PID=$!
	PIDS="$PIDS $PID"
}

# shellcheck disable=SC2086
slave() { start slave "$G" "$EP" ${OPTIONS:-} "$@"; SLAVE=$PID; }
# shellcheck disable=SC2086
master() { start master "$M" "$EP" ${OPTIONS:-} "$@"; MASTER=$PID; }

# stop PID: SIGTERM must end it within 5 seconds; sets STATUS.
stop() {
	kill "$1" 2>/dev/null || true
	wait_exit "$1" 5
}

# -- hosts -----------------------------------------------------------------

in_R() { ip netns exec "$R" "$@"; }
in_G() { ip netns exec "$G" "$@"; }
in_M() { ip netns exec "$M" "$@"; }

# host NAME [ipv6]: makes a namespace that sends nothing by itself.
host() {
	ip netns add "$1" 2>"$TMP/netns" || skip "no network namespaces here"
	HOSTS="$HOSTS $1"
	ip -n "$1" link set lo up
	_v6=1
	[ "${2:-}" != ipv6 ] || _v6=0
	ip netns exec "$1" sh -c "cd /proc/sys/net/ipv6/conf 2>/dev/null || exit 0
	    for i in all default; do
		echo $_v6 >\$i/disable_ipv6; echo 0 >\$i/accept_ra
		echo 0 >\$i/dad_transmits; echo 0 >\$i/router_solicitations
	    done"
}

# link HOST IFACE MAC HOST IFACE MAC: makes a cable with both ends up.
link() {
	ip -n "$1" link add "$2" address "$3" type veth \
	    peer name "$5" netns "$4" address "$6"
	ip -n "$1" link set "$2" up
	ip -n "$4" link set "$5" up
}

# topo [ipv6]: makes the three hosts above; with ipv6 also fd09::2, fd09::1
# (wan) and fd08::1, fd08::2 (ctl), /64.
topo() {
	host "$R" "${1:-}"
	host "$G" "${1:-}"
	host "$M" "${1:-}"
	link "$R" wan 02:00:00:09:00:02 "$G" wan 02:00:00:09:00:01
	link "$G" ctl 02:00:00:08:00:01 "$M" ctl 02:00:00:08:00:02
	ip -n "$R" addr add 10.9.0.2/24 brd + dev wan
	ip -n "$G" addr add 10.9.0.1/24 brd + dev wan
	ip -n "$G" addr add 10.8.0.1/24 brd + dev ctl
	ip -n "$M" addr add 10.8.0.2/24 brd + dev ctl
	[ "${1:-}" = ipv6 ] || return 0
	ip -n "$R" addr add fd09::2/64 dev wan nodad
	ip -n "$G" addr add fd09::1/64 dev wan nodad
	ip -n "$G" addr add fd08::1/64 dev ctl nodad
	ip -n "$M" addr add fd08::2/64 dev ctl nodad
}

# offloads on|off [HOST...]: sets those of wan; by default on R and G.
offloads() {
	need ethtool
	_sw=$1
	shift
	[ $# -gt 0 ] || set -- "$R" "$G"
	for _h; do
		ip netns exec "$_h" ethtool -K wan tx "$_sw" tso "$_sw" \
		    gso "$_sw" gro off >/dev/null 2>&1 ||
		    fail "ethtool -K wan in $_h"
	done
}

# carrier: whether the doll is up and has a carrier.
carrier() { ip -n "$DOLLHOST" -o link show "$DOLL" 2>/dev/null | grep -q '[<,]LOWER_UP'; }
# no_carrier: whether the doll is up and has none.
no_carrier() { ip -n "$DOLLHOST" -o link show "$DOLL" 2>/dev/null | grep -q '<NO-CARRIER'; }

# wait_session [SECONDS]: until the session has begun and the doll is
# configured.  Needs -u: the master raises the doll as the last step.
wait_session() { wait_for "${1:-10}" carrier "no session: $DOLL has no carrier"; }

# pair [SLAVE-ARGS [MASTER-ARGS]]: starts slave and master on the topology of
# topo.  The arguments are split at blanks.
pair() {
	# shellcheck disable=SC2086
	slave -s 1234 -i wan ${1:-}
	wait_listen "$G" 1234
	# shellcheck disable=SC2086
	master -m -u -c 10.8.0.1:1234 ${2:-}
	wait_session
}

# doll_address: gives the doll its own MAC and address, 10.9.0.3/24.  With the
# gateway's address, the gateway's kernel would reset the doll's connections.
doll_address() {
	ip -n "$DOLLHOST" addr flush dev "$DOLL"
	ip -n "$DOLLHOST" link set "$DOLL" address 02:00:00:09:00:03 up
	ip -n "$DOLLHOST" addr add 10.9.0.3/24 brd + dev "$DOLL"
}

# mac HOST IFACE, counter HOST IFACE NAME (rx_bytes, tx_packets, ...)
mac() { ip netns exec "$1" cat "/sys/class/net/$2/address"; }
counter() { ip netns exec "$1" cat "/sys/class/net/$2/statistics/$3"; }

# -- traffic ---------------------------------------------------------------

# pings HOST ADDRESS [COUNT [ARGS...]]: all pings must be answered.
pings() {
	_h=$1 _a=$2 _n=${3:-3}
	shift "$(($# < 3 ? $# : 3))"
	ip netns exec "$_h" ping -n -c "$_n" -i 0.2 -W $((2 * SLOW)) "$@" "$_a" \
	    >"$TMP/ping.log" 2>&1 || fail "ping $_a from $_h"
	grep -q " $_n received" "$TMP/ping.log" || fail "ping $_a from $_h: lost"
}

# sniff NAME HOST IFACE [ARGS...]: starts tcpdump to $TMP/NAME.pcap and waits
# until it captures; sets SNIFF_NAME to its pid.
sniff() { sniff_start --immediate-mode "$@"; }

# sniff_bulk: as sniff, for many large frames: the kernel has 64 MB for frames
# that wait, but tcpdump gets them up to a second later.
sniff_bulk() { sniff_start -n "$@"; }

# sniff_start OPTION NAME HOST IFACE [ARGS...]
sniff_start() {
	need tcpdump
	_option=$1 _name=$2 _h=$3 _if=$4
	shift 4
	start "$_name" "$_h" tcpdump "$_option" -n -p -i "$_if" -U -B 65536 \
	    -s 262144 -w "$TMP/$_name.pcap" -Z root "$@"
	eval "SNIFF_$_name=\$PID"
	wait_log "$_name.log" 'listening on'
}

# frames NAME [ARGS...]: prints how many frames that capture has.
frames() { "$PY" "$NET/pcap.py" count "$TMP/$1.pcap"; }

# wait_frames NAME N: until it has at least N, within 10 seconds.
wait_frames() {
	wait_for 10 "[ \$(frames $1) -ge $2 ]" "$1 saw fewer than $2 frames"
}

# sniff_end NAME: ends that capture after it has read the kernel's frames; none
# may be lost.
sniff_end() {
	eval "_pid=\$SNIFF_$1"
	sniff_read "$TMP/$1.log" "$_pid"
	kill -INT "$_pid" 2>/dev/null || true
	wait_exit "$_pid" 10
	grep -q '^0 packets dropped by kernel' "$TMP/$1.log" ||
	    fail "tcpdump itself lost frames ($1)"
}

# sniff_read LOG PID: waits until tcpdump's counts show that it has read all.
# They differ if it leaves out a direction: then until they stop changing.
sniff_read() {
	_still=0 _looks=0 _told=
	while [ $_still -lt 12 ] && [ $_looks -lt 50 ]; do
		kill -USR1 "$2" 2>/dev/null || return 0
		sleep 0.1
		_last=$_told _looks=$((_looks + 1))
		_told=$(sed -nE 's/^tcpdump: ([0-9]+) packets? captured, ([0-9]+) .*/\1 \2/p' \
		    "$1" | tail -n 1)
		[ -z "$_told" ] || [ "${_told% *}" != "${_told#* }" ] || return 0
		[ "$_told" = "$_last" ] && _still=$((_still + 1)) || _still=0
	done
}

# transfer FROM TO ADDRESS BYTES [SECONDS [ARGS...]]: sends BYTES over TCP to a
# server on ADDRESS in TO, and compares.  PIN may hold a command to run both
# programs with.
transfer() {
	_from=$1 _to=$2 _addr=$3 _bytes=$4 _secs=${5:-30}
	shift "$(($# < 5 ? $# : 5))"
	# shellcheck disable=SC2086
	start tcp_serve "$_to" $PIN "$PY" "$NET/tcp.py" serve "$_addr" 5001
	_server=$PID
	wait_listen "$_to" 5001
	# shellcheck disable=SC2086
	start tcp_send "$_from" $PIN "$PY" "$NET/tcp.py" send "$_addr" 5001 \
	    "$_bytes" "$@"
	wait_exit "$PID" "$_secs"
	[ "$STATUS" = 0 ] || fail "TCP from $_from to $_addr"
	wait_exit "$_server" 10
	cmp -s "$TMP/tcp_serve.log" "$TMP/tcp_send.log" ||
	    fail "TCP from $_from to $_addr: other bytes arrived"
}

# -- what must be there ----------------------------------------------------

EP=${ETHERPUPPET:-build/etherpuppet}
[ "$(id -u)" = 0 ] || skip 'needs root'
need ip ss "$PY"
[ -x "$EP" ] || fail "no $EP: run make"
EP=$(realpath "$EP")

# -- refusals --------------------------------------------------------------

REFUSALS=0 DIFFER=0

# refused STATUS TEXT HOST COMMAND...: COMMAND must end within 15 seconds with
# this status, no standard output, and exactly TEXT on standard error.  HOST -:
# not in a namespace.  Differences are shown at once; refusals_end fails the
# test if there was one.
refused() {
	_status=$1 _text=$2 _h=$3 _got=0
	shift 3
	[ "$_h" = - ] || set -- ip netns exec "$_h" "$@"
	timeout -k 1 $((15 * SLOW)) "$@" >"$TMP/refused.out" \
	    2>"$TMP/refused.err" </dev/null || _got=$?
	[ ! -s "$TMP/refused.out" ] || differ "$*" "standard output:
$(cat "$TMP/refused.out")"
	[ "$_got" = "$_status" ] || differ "$*" "status $_got, not $_status"
	says "$*" "$_text" "$(cat "$TMP/refused.err")"
}

# says WHAT TEXT GOT: compares a whole message.
says() {
	REFUSALS=$((REFUSALS + 1))
	[ "$2" = "$3" ] || differ "$1" "expected: $2
said:     $3"
}

differ() {
	DIFFER=$((DIFFER + 1))
	printf '* %s\n%s\n' "$1" "$2"
}

refusals_end() {
	[ "$REFUSALS" -gt 0 ] || fail "nothing was tried"
	[ "$DIFFER" = 0 ] || fail "$DIFFER differences in $REFUSALS messages"
	ok
}

# said FILE [REGEX]: prints the lines of $TMP/FILE (that grep -E finds).
said() { grep -E -- "${2:-.}" "$TMP/$1" || true; }

# -- peers of other kinds --------------------------------------------------

# native NAME HOST STEPS...: starts native.py in the background; sets NATIVE to
# its pid.
native() {
	_n=$1 _h=$2
	shift 2
	start "$_n" "$_h" "$PY" "$NET/native.py" "$@"
	NATIVE=$PID
}

# -- ssh -------------------------------------------------------------------

# sshd_start HOST: starts a server with its own key that accepts $TMP/ssh/key;
# logins find the program as "etherpuppet".  This machine's own ssh files are
# not used.
sshd_start() {
	need ssh sshd ssh-keygen
	mkdir -p "$TMP/ssh" "$TMP/bin" /run/sshd
	ln -sf "$EP" "$TMP/bin/etherpuppet"
	ssh-keygen -q -t ed25519 -N '' -f "$TMP/ssh/key"
	ssh-keygen -q -t ed25519 -N '' -f "$TMP/ssh/host"
	cat >"$TMP/ssh/sshd_config" <<-end
	HostKey $TMP/ssh/host
	AuthorizedKeysFile $TMP/ssh/key.pub
	PidFile none
	UsePAM no
	StrictModes no
	PermitRootLogin yes
	PasswordAuthentication no
	SetEnv PATH=$TMP/bin:/usr/sbin:/usr/bin:/sbin:/bin
	end
	cat >"$TMP/ssh/ssh_config" <<-end
	IdentityFile $TMP/ssh/key
	IdentitiesOnly yes
	StrictHostKeyChecking no
	UserKnownHostsFile $TMP/ssh/known_hosts
	BatchMode yes
	LogLevel ERROR
	end
	sshd_run "$1" "$TMP/ssh/sshd_config"
}

# sshd_run HOST CONFIG: its logins do not read root's own shell start-up files,
# which may wait, or print something.
sshd_run() {
	start sshd "$1" sh -c 'for f in .bashrc .bash_profile .bash_login .profile \
	    .zshenv .kshrc .cshrc .tcshrc; do
		[ ! -e ~root/$f ] || mount --bind /dev/null ~root/$f || exit 1
	    done; exec "$0" -D -e -f "$1"' "$(command -v sshd)" "$2"
	wait_listen "$1" 22
}

# readme NAME HOST COMMAND: starts one of the README's commands without change,
# except that "sudo" is removed: all is root here.  10.8.0.1 (or $ROUTER) has
# the names router, gw and other; ssh uses the key above; /etc is a copy in
# $TMP; namespaces and leases belong to this test alone.
readme() {
	grep -qF -- "$3" README.md || fail "the README has no such command: $3"
	if [ ! -d "$TMP/etc" ]; then
		cp -a /etc "$TMP/etc"
		rm -rf "$TMP/etc/netns" "$TMP/etc/resolv.conf"
		echo 'nameserver 192.0.2.53' >"$TMP/etc/resolv.conf"
	fi
	echo "${ROUTER:-10.8.0.1} router gw other" >"$TMP/etc/hosts"
	mkdir -p "$TMP/ssh" "$TMP/bin"
	ln -sf "$EP" "$TMP/bin/etherpuppet"
	start "$1" "$2" sh -c '
		mount --bind "$0/etc" /etc &&
		{ [ ! -d /etc/ssh ] || mount --bind "$0/ssh" /etc/ssh; } &&
		mount -t tmpfs none /run/netns || exit 1
		PATH=$0/bin:$PATH
		export PATH PATH_DHCLIENT_DB="$0/leases" PATH_DHCLIENT_PID="$0/pid"
		eval "exec ${1#sudo }"' "$TMP" "$3"
}

# eth0: gives the gateway's wan interface the name that the README uses.
eth0() {
	ip -n "$G" link set wan down
	ip -n "$G" link set wan name eth0
	ip -n "$G" link set eth0 up
}
