include platform/bsd.mk

PLATFORM_SRCS =	${BSD_SRCS} platform/openbsd/exclusive.c \
		platform/bsd/fence.c \
		platform/bsd/tap_drops.c platform/openbsd/tap.c \
		platform/bsd/tap_unit.c
PLATFORM_LIBS =	-L${LOCALBASE}/lib
