# what the three have in common
BSD_SRCS =	platform/acquire.c platform/apply_bsd.c \
		platform/bpf_device.c platform/bpf_program.c \
		platform/bpf_records.c platform/capture_bpf.c \
		platform/capture_bpf_io.c platform/descriptors_bsd.c \
		platform/echo.c \
		platform/exclusive_filter.c platform/filter_bpf.c \
		platform/ifaddr_bsd.c platform/ifstate_bsd.c \
		platform/local_bsd.c platform/netns_none.c \
		platform/params_bsd.c platform/tap_acquire_bsd.c \
		platform/tap_bsd.c platform/watch_bsd.c \
		platform/way_bsd.c
# where packages are, which compilers do not search by themselves
LOCALBASE ?=	/usr/local
PLATFORM_CPPFLAGS = -isystem ${LOCALBASE}/include
# no systemd
UNITDIR ?=
