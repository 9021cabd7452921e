#!/bin/sh
# SPDX-License-Identifier: ISC
# VTI carries raw IP.  A GRE tunnel without one fixed remote address has a
# header of its own, and the slave refuses it.
#
#   R tun0 ==== tun0 G (slave) ctl ---- ctl M (master): puppet0
. "$(dirname "$0")/../net/lib.sh"
. "$NET/../vm/lib-tunnels.sh"

# esp: sets up ESP on both sides, which VTI needs
esp() {
	for _h in "$R" "$G"; do
		_local=2 _remote=1
		[ "$_h" = "$R" ] || _local=1 _remote=2
		for _way in "10.9.0.$_local 10.9.0.$_remote out $_remote" \
		    "10.9.0.$_remote 10.9.0.$_local in $_local"; do
			# shellcheck disable=SC2086
			set -- $_way
			ip -n "$_h" xfrm state add src "$1" dst "$2" proto esp \
			    spi "0x10$4" mode tunnel mark 5 \
			    enc 'ecb(cipher_null)' '' auth 'hmac(sha1)' \
			    0x0102030405060708090a0b0c0d0e0f1011121314 \
			    2>"$TMP/esp" || skip "no ESP here: $(cat "$TMP/esp")"
			ip -n "$_h" xfrm policy add dir "$3" mark 5 \
			    tmpl src "$1" dst "$2" proto esp mode tunnel
		done
	done
}

topo ipv6
esp
# shellcheck disable=SC2086
tunnel vti $FOUR key 5
carried vti 4

NBMA='GRE without one fixed remote address has a link header of its own, which cannot be carried'
for kind in 'gre local 10.9.0.1' 'ip6gre local fd09::1' \
    'gre local 10.9.0.1 remote 239.1.1.1'; do
	# shellcheck disable=SC2086
	ip -n "$G" link add any0 type $kind
	refused 1 "etherpuppet: any0: $NBMA" "$G" "$EP" -i any0 -s 1234
	ip -n "$G" link del any0
done
refusals_end
