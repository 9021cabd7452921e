# SPDX-License-Identifier: ISC
# For tests of contrib/wireshark/etherpuppet-extcap; sourced after topo and
# sshd_start "$G".  Wireshark's tools run as user nobody in M: as root they
# ignore WIRESHARK_EXTCAP_DIR.

need tshark setpriv
mkdir -p "$TMP/extcap" "$TMP/home"
cp contrib/wireshark/etherpuppet-extcap "$TMP/extcap/"
cp "$EP" "$TMP/program"
cp "$TMP/ssh/key" "$TMP/home/"
sed "s,$TMP/ssh/,$TMP/home/," "$TMP/ssh/ssh_config" >"$TMP/home/ssh_config"
chown -R nobody "$TMP/home"
NOBODY="setpriv --reuid nobody --regid nogroup --clear-groups --inh-caps=-all
    env TMPDIR=$TMP/home HOME=$TMP/home ETHERPUPPET=$TMP/program
    WIRESHARK_EXTCAP_DIR=$TMP/extcap"

# extcap NAME INTERFACE [TSHARK-ARGS...]: starts a capture in the background,
# to $TMP/home/NAME.pcapng; sets CAPTURE to tshark's pid.
extcap() {
	_name=$1 _interface=$2
	shift 2
	# shellcheck disable=SC2086
	start "$_name" "$M" $NOBODY tshark -i etherpuppet \
	    -o extcap.etherpuppet.host:root@10.8.0.1 \
	    -o "extcap.etherpuppet.ssh:-F '$TMP/home/ssh_config'" \
	    -o "extcap.etherpuppet.interface:$_interface" \
	    -w "$TMP/home/$_name.pcapng" "$@"
	CAPTURE=$PID
}

# captured NAME FILTER: how many frames of that file match the display filter
captured() {
	tshark -r "$TMP/home/$1.pcapng" -Y "$2" 2>/dev/null | wc -l
}

OURS='(etherpuppet|ssh|[^ ]*/program|/bin/sh [^ ]*extcap)'

# here HOST: prints the processes of a capture in that namespace, with pids:
# program, slave, ssh, extcap
here() {
	for _p in $(ip netns pids "$1"); do
		{ echo "$_p $(tr '\0' ' ' <"/proc/$_p/cmdline")"; } 2>/dev/null
	done | grep -E "^[0-9]+ $OURS " || true
}

# gone: within 5 seconds no process of a capture is left on either side
gone() {
	for _h in "$M" "$G"; do
		wait_for 5 "lacks '^[^ ]+ $OURS ' running $_h" "left in $_h"
	done
}
