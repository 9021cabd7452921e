# SPDX-License-Identifier: ISC
# pkgsrc's, which the linker does not search by itself
LOCALBASE ?=	/usr/pkg
include platform/bsd.mk

# exclusive_filter is OpenBSD's: only its test uses it here
PLATFORM_SRCS =	${BSD_SRCS} platform/netbsd/tap.c
PLATFORM_LIBS =	-L${LOCALBASE}/lib -Wl,-rpath,${LOCALBASE}/lib
