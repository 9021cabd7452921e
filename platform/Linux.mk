# SPDX-License-Identifier: ISC
# bmake's sys.mk has set both (-O, and no system headers if there is a DESTDIR):
# only values from the user's environment may replace ours
CFLAGS !=	echo "$${CFLAGS--O2 -g}"
CPPFLAGS !=	echo "$${CPPFLAGS-}"
UNITDIR ?=	${PREFIX}/lib/systemd/system
SYSUSERSDIR ?=	${PREFIX}/lib/sysusers.d
# bpf, echo and exclusive_filter belong to the BSDs: here only tests use them
PLATFORM_SRCS =	platform/bsd/bpf.c platform/bsd/echo.c \
		platform/common/interface.c \
		platform/common/libdnet.c \
		platform/linux/capture_acquire.c platform/linux/capture.c \
		platform/linux/exclusive.c platform/linux/fence.c \
		platform/linux/link.c \
		platform/linux/local.c platform/linux/netlink.c \
		platform/linux/netns.c platform/linux/nft.c \
		platform/linux/nft_write.c platform/linux/packet.c \
		platform/linux/packet_recv.c platform/linux/params.c \
		platform/linux/sandbox.c platform/linux/seccomp.c \
		platform/linux/landlock.c platform/linux/system.c platform/linux/tap_acquire.c \
		platform/linux/tap.c platform/linux/vnet.c \
		platform/linux/watch.c platform/openbsd/exclusive_filter.c
# glibc checks sizes, where the compiler optimizes and no sanitizer does it
FORTIFY !=	test -z "${HARDEN}" || case "${CPPFLAGS} ${CFLAGS}" in \
		*FORTIFY_SOURCE* | *-fsanitize* | *-O0*) ;; \
		*-O*) echo -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2 ;; \
		esac
PLATFORM_CPPFLAGS = -D_GNU_SOURCE ${FORTIFY}
