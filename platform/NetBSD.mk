PLATFORM_SRCS =	platform/bpf_records.c platform/capture_bpf.c \
		platform/exclusive_none.c platform/filter_bpf.c \
		platform/netns_none.c platform/params_bsd.c \
		platform/tap_acquire_bsd.c platform/tap_bsd.c \
		platform/tap_netbsd.c platform/tap_unit.c
# pkgsrc's, which the linker does not search by itself
LOCALBASE ?=	/usr/pkg
PLATFORM_CPPFLAGS = -isystem ${LOCALBASE}/include
PLATFORM_LIBS =	-L${LOCALBASE}/lib -Wl,-rpath,${LOCALBASE}/lib
