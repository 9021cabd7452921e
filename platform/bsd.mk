# SPDX-License-Identifier: ISC
# the files that all three use
BSD_SRCS =	platform/bsd/bpf.c \
		platform/bsd/capture_acquire.c platform/bsd/capture.c \
		platform/bsd/capture_io.c platform/bsd/echo.c \
		platform/common/interface.c platform/common/libdnet.c \
		platform/bsd/ifstate.c \
		platform/bsd/local.c platform/bsd/params.c \
		platform/bsd/sandbox.c platform/bsd/system.c platform/bsd/tap_acquire.c \
		platform/bsd/tap.c platform/bsd/watch.c \
		platform/openbsd/exclusive_filter.c
# the packages' folder, which compilers do not search by themselves
LOCALBASE ?=	/usr/local
PLATFORM_CPPFLAGS = -isystem ${LOCALBASE}/include
# no systemd
UNITDIR ?=
