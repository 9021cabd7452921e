# pkgsrc's, which the linker does not search by itself
LOCALBASE ?=	/usr/pkg
include platform/bsd.mk

# exclusive_filter is OpenBSD's: only its test uses it here
PLATFORM_SRCS =	${BSD_SRCS} platform/common/exclusive_none.c platform/bsd/fence.c \
		platform/netbsd/tap.c platform/bsd/tap_unit.c
PLATFORM_LIBS =	-L${LOCALBASE}/lib -Wl,-rpath,${LOCALBASE}/lib
