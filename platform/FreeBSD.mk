# SPDX-License-Identifier: ISC
include platform/bsd.mk

# exclusive_filter belongs to OpenBSD: here only its test uses it
PLATFORM_SRCS =	${BSD_SRCS} platform/freebsd/tap.c
PLATFORM_LIBS =	-L${LOCALBASE}/lib
