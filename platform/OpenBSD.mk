include platform/bsd.mk

PLATFORM_SRCS =	${BSD_SRCS} platform/exclusive_openbsd.c \
		platform/fence_none.c \
		platform/tap_drops.c platform/tap_openbsd.c \
		platform/tap_unit.c
PLATFORM_LIBS =	-L${LOCALBASE}/lib
