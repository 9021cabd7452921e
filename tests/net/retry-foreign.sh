#!/bin/sh
# SPDX-License-Identifier: ISC
# After a good session a master goes on trying, whatever answers: another
# service on the port (a captive portal), a BYE that would end the master at its
# start (3, 4, 6, 9), or a login that prints a line.  The next good session
# begins by itself.
#
#   R --wan-- G (slaves, then others) --ctl-- M (masters 1 to 6: p1 to p6)
. "$(dirname "$0")/lib.sh"
. "$NET/lib-sessions.sh"

# another N REGEX [STEPS...]: stands in for slave N; its master must log REGEX
another() {
	_which=$1 _say=$2
	shift 2
	if [ $# -gt 0 ]; then
		native "other$_which" "$G" listen 10.8.0.1 "200$_which" preamble \
		    want:HELLO hello:role=slave,link=1 "$@"
	else
		start "other$_which" "$G" "$PY" "$NET/strangers.py" listen \
		    10.8.0.1 "200$_which" http
	fi
	eval "SAY_$_which=\$_say"
}

topo
for n in 1 2 3 4 5; do session $n slave; done
ln -s "$EP" "$TMP/far"
# the login of master 6: only at the second time it just prints a line
cat >"$TMP/login" <<end
#!/bin/sh
mkdir "$TMP/one" 2>/dev/null || ! mkdir "$TMP/two" 2>/dev/null ||
    { echo 'Maintenance tonight'; exit 0; }
exec ip netns exec $G $TMP/far -i wan -B -s -
end
chmod +x "$TMP/login"
master_N 6 "-e $TMP/login"
for n in 1 2 3 4 5 6; do up $n; done

for n in 1 2 3 4 5; do eval "stop \$SLAVE_$n"; done
another 1 'this is HTTP, not our protocol'
another 2 'old' bye:3,old end:5
another 3 'no_filter' bye:4,no_filter end:5
another 4 'types' bye:6,types end:5
another 5 'no_nft' bye:9,no_nft end:5
SAY_6='not our protocol, it begins with: Maintenance tonight'

kill -9 "$(pgrep -f "^$TMP/far ")"
for n in 1 2 3 4 5 6; do
	eval "_say=\$SAY_$n"
	wait_log "master$n.log" "$_say.*; next try in [0-9]+ s$" 15
done
for n in 1 2 3 4 5; do
	wait_for 10 "lacks . in_G ss -ltnH 'sport = :200$n'" \
	    "port 200$n is still in use"
	slave_N $n "-s 10.8.0.1:200$n"
done
for n in 1 2 3 4 5 6; do up $n 30; done
ok
