# SPDX-License-Identifier: ISC
# For tests of ends and begins of sessions; sourced after lib.sh.
need nft

# cut HOST RULE...: from now on drops or resets packets there.  RULE is "in" or
# "out" and an nftables rule.
cut() {
	_h=$1
	shift
	{
		echo 'add table inet cut'
		for _way in in out; do
			echo "add chain inet cut $_way" \
			    "{ type filter hook ${_way}put priority 0; }"
		done
		for _rule; do echo "add rule inet cut $_rule"; done
	} | ip netns exec "$_h" nft -f - 2>"$TMP/nft" ||
	    skip "no packet filter here: $(head -n 1 "$TMP/nft")"
}
mend() { ip netns exec "$1" nft delete table inet cut; }

# now: prints whole seconds since the start of the system
now() { read -r _now _ </proc/uptime && echo "${_now%.*}"; }

# cpu PID: prints its processor time in hundredths of a second
cpu() { sed 's/^.*) //' "/proc/$1/stat" | awk '{ print $12 + $13 }'; }

# Several sessions side by side on ctl, each with a doll of its own and without
# a copy of the parameters: session N LISTENER [SLAVE-ARGS [MASTER-ARGS]] is on
# port 200N; its doll is pN, its logs slaveN.log and masterN.log, its processes
# are in SLAVE_N and MASTER_N.
session() {
	_n=$1
	if [ "$2" = slave ]; then
		slave_N "$_n" "-s 10.8.0.1:200$_n ${3:-}"
		wait_listen "$G" "200$_n"
		master_N "$_n" "-c 10.8.0.1:200$_n ${4:-}"
	else
		master_N "$_n" "-s 10.8.0.2:200$_n ${4:-}"
		wait_listen "$M" "200$_n"
		slave_N "$_n" "-c 10.8.0.2:200$_n ${3:-}"
	fi
}
slave_N() {
	# shellcheck disable=SC2086
	start "slave$1" "$G" "$EP" -i wan -C $2
	eval "SLAVE_$1=$PID"
}
master_N() {
	# shellcheck disable=SC2086
	start "master$1" "$M" "$EP" -m -u -C -I "p$1" $2
	eval "MASTER_$1=$PID"
}

# up N [SECONDS], down N [SECONDS]: wait until session N lives, or has ended
up() { DOLL=p$1 && wait_for "${2:-10}" carrier "session $1 does not live"; }
down() { DOLL=p$1 && wait_for "${2:-10}" no_carrier "session $1 lives on"; }

# lines LOG REGEX: prints how many lines match
lines() { grep -cE -- "$2" "$TMP/$1" || true; }

# queued PORT BYTES: the slave's kernel has more than BYTES waiting for the peer
queued() {
	[ "$(in_G ss -tnH state established "sport = :$1" |
	    awk '{ print $2; exit }')" -gt "$2" ]
}
