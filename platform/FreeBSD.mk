include platform/bsd.mk

# exclusive_filter is OpenBSD's: only its test uses it here
PLATFORM_SRCS =	${BSD_SRCS} platform/exclusive_none.c platform/fence_none.c \
		platform/tap_drops.c platform/tap_freebsd.c
PLATFORM_LIBS =	-L${LOCALBASE}/lib
