include platform/bsd.mk

# exclusive_filter is OpenBSD's: only its test uses it here
PLATFORM_SRCS =	${BSD_SRCS} platform/common/exclusive_none.c platform/bsd/fence.c \
		platform/bsd/tap_drops.c platform/freebsd/tap.c
PLATFORM_LIBS =	-L${LOCALBASE}/lib
