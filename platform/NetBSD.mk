# SPDX-License-Identifier: ISC
# pkgsrc's folder, which the linker does not search by itself
LOCALBASE ?=	/usr/pkg
include platform/bsd.mk

# exclusive_filter belongs to OpenBSD: here only its test uses it
PLATFORM_SRCS =	${BSD_SRCS} platform/netbsd/tap.c
PLATFORM_LIBS =	-L${LOCALBASE}/lib -Wl,-rpath,${LOCALBASE}/lib
