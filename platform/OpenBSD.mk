# SPDX-License-Identifier: ISC
include platform/bsd.mk

PLATFORM_SRCS =	${BSD_SRCS} platform/openbsd/exclusive.c \
		platform/openbsd/tap.c
PLATFORM_LIBS =	-L${LOCALBASE}/lib
