# SPDX-License-Identifier: ISC
# Makes a PPPoE line between R (server) and G (client); sourced after lib.sh
# and, for topo_through, lib-through.sh.
#
#   R wan ======== PPPoE ======== wan G
#     ppp0 10.7.0.2        10.7.0.1 ppp0

pppoe_line() {
	need pppd pppoe-server
	modprobe -q pppoe 2>/dev/null || true
	modprobe -q ppp_async 2>/dev/null || true
	[ -e /dev/ppp ] || mknod /dev/ppp c 108 0 || skip 'no /dev/ppp here'
	cat >"$TMP/ppp-server" <<-'END'
		noauth
		nodefaultroute
		noccp
		noipv6
		lcp-echo-interval 0
	END
	start pppoe_server "$R" pppoe-server -F -I wan -L 10.7.0.2 -R 10.7.0.1 \
	    -O "$TMP/ppp-server"
	_plugin=rp-pppoe.so
	ls /usr/lib/pppd/*/rp-pppoe.so >/dev/null 2>&1 || _plugin=pppoe.so
	start pppoe_client "$G" pppd nodetach noauth nodefaultroute noccp noipv6 \
	    noipdefault lcp-echo-failure 3 \
	    lcp-echo-interval "${LCP_ECHO:-0}" plugin "$_plugin" wan
	_client=$PID
	wait_for 60 'ip -n "$G" -4 -o addr show dev ppp0 2>/dev/null |
	    grep -q 10.7.0.1 || ! alive $_client' 'no PPPoE line'
	lacks 'kernel does not support PPP|Address family not supported' \
	    cat "$TMP/pppoe_client.log" || skip 'no PPPoE in this kernel'
	alive "$_client" || fail 'pppd ended'
	wait_for 30 'ip netns exec "$R" ping -c 1 -W 1 10.7.0.1 >/dev/null' \
	    'the PPPoE line is dead'
}
