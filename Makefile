# Read alike by GNU make 4 and BSD make.
OS !=		uname -s
PREFIX ?=	/usr/local
BINDIR ?=	${PREFIX}/bin
MANDIR ?=	${PREFIX}/share/man
BUILD ?=	build
CFLAGS ?=	-O2 -g
# libdnet is libdumbnet on Debian and its children
DNET !=		test -n "${DNET}" && echo "${DNET}" || { test -e /usr/include/dumbnet.h && echo dumbnet || echo dnet; }

include platform/${OS}.mk

SRCS =		src/addr.c src/filter.c src/helper.c src/legacy.c src/log.c \
		src/main.c src/master.c src/offload.c src/options.c \
		src/params.c src/peer.c src/port.c src/port_file.c \
		src/port_pair.c src/relay.c src/session.c src/slave.c \
		src/stats.c src/wire.c ${PLATFORM_SRCS}
