#!@RCD_SCRIPTS_SHELL@
#
# $NetBSD$
#
# PROVIDE: etherpuppet
# REQUIRE: NETWORKING
# KEYWORD: shutdown
#
# In rc.conf(5), the options as on a command line, quotes included:
#
#	etherpuppet=YES
#	etherpuppet_flags="-i wm0 -s 192.0.2.1:1234"
#
# For more than one, link this script to another name of letters, digits and
# underscores.  The variables begin with that name then:
#
#	ln -s etherpuppet /etc/rc.d/etherpuppet_gw
#
# It runs as root.  Its lines go to syslogd(8) as daemon.notice, tagged with the
# name of the script.  After the loss of its connection it connects again by
# itself; a process that has ended, because its interface was missing for
# example, is not started again.

$_rc_subr_loaded . @SYSCONFBASE@/rc.subr

case $0 in
/etc/rc | /etc/rc.*)
	name=${_file##*/}	# when the system starts or stops
	;;
*)
	name=${0##*/}
	;;
esac
rcvar=$name
command="@PREFIX@/bin/etherpuppet"
pidfile="@VARBASE@/run/${name}.pid"
start_cmd="etherpuppet_start"
stop_postcmd="rm -f $pidfile"

etherpuppet_start()
{
	if [ -n "$rc_pid" ]; then
		echo 1>&2 "${name} already running? (pid=$rc_pid)."
		return 1
	fi
	if [ -z "$rc_flags" ]; then
		warn "${name}_flags has no options"
		return 1
	fi
	echo "Starting ${name}."
	{
		eval "exec $command $rc_flags" </dev/null 2>&1 &
		echo $! >"$pidfile"
	} | logger -p daemon.notice -t "$name" >/dev/null 2>&1 &
}

load_rc_config "$name"
run_rc_command "$1"
