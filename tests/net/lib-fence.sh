# SPDX-License-Identifier: ISC
# For tests of the fence; sourced after lib.sh.
#
#   R wan ---- wan G (slave) ctl ---- ctl M (master) lan ---- lan S
#   10.9.0.2       10.9.0.1   10.8.0.1   10.8.0.2   10.5.0.1   10.5.0.2
#                                     puppet0 10.9.0.3
# and fd09::2, ... likewise.  M forwards packets.

S=epS$$
OWN=020000090003 ALL=ffffffffffff

# topo_fence: M and S write UDP to port 5000 into heard.log and beyond.log.
topo_fence() {
	topo ipv6
	host "$S" ipv6
	link "$M" lan 02:00:00:05:00:01 "$S" lan 02:00:00:05:00:02
	ip -n "$M" addr add 10.5.0.1/24 dev lan
	ip -n "$M" addr add fd05::1/64 dev lan nodad
	ip -n "$S" addr add 10.5.0.2/24 dev lan
	ip -n "$S" addr add fd05::2/64 dev lan nodad
	in_M sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward
	    echo 1 >/proc/sys/net/ipv6/conf/all/forwarding'
	start heard "$M" "$PY" "$NET/fence.py" serve 5000
	start beyond "$S" "$PY" "$NET/fence.py" serve 5000
	wait_log heard.log '^ready'
	wait_log beyond.log '^ready'
	slave -s 1234 -i wan -D 0
	wait_listen "$G" 1234
}

# doll MASTER-ARGS: starts a master whose doll has addresses of its own, and
# waits until it answers for them
doll() {
	# shellcheck disable=SC2086
	master -m -u -C -D 0 -c 10.8.0.1:1234 $1
	wait_session
	doll_address
	ip -n "$M" addr add fd09::3/64 dev puppet0 nodad
}

# forge WORD: R sends WORD by the doll to S and to all the host's addresses but
# the doll's
forge() {
	in_R "$PY" "$NET/fence.py" send wan 5000 \
	    $ALL:10.8.0.2:$1-all $OWN:10.8.0.2:$1-own $OWN:10.5.0.1:$1-lan \
	    $ALL:fd08//2:$1-all6 $OWN:fd08//2:$1-own6 $OWN:fd05//1:$1-lan6 \
	    $OWN:10.8.0.255:$1-cast $OWN:127.0.0.1:$1-loop $OWN://1:$1-loop6 \
	    $OWN:10.5.0.2:$1-routed $OWN:fd05//2:$1-routed6
}

# settle WORD: waits until the host has handled all packets before this one
settle() {
	in_G "$PY" -c 'import socket
socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(
    b"'"$1"'", ("10.8.0.2", 5000))'
	in_M "$PY" -c 'import socket
socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(
    b"'"$1"'", ("10.5.0.2", 5000))'
	wait_log heard.log "^$1\$"
	wait_log beyond.log "^$1\$"
}

# heard LOG KIND WORD...: of this kind the log must have exactly these words
heard() {
	_log=$1.log _kind=$2
	shift 2
	for _w; do echo "$_kind-$_w"; done | sort >"$TMP/expected"
	grep "^$_kind-" "$TMP/$_log" | sort -u >"$TMP/got" || true
	diff "$TMP/expected" "$TMP/got" || fail "$_log: not what it should hear"
}
