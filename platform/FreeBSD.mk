# SPDX-License-Identifier: ISC
include platform/bsd.mk

# exclusive_filter is OpenBSD's: only its test uses it here
PLATFORM_SRCS =	${BSD_SRCS} platform/freebsd/tap.c
PLATFORM_LIBS =	-L${LOCALBASE}/lib
