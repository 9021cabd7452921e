# bmake's sys.mk has set both by now (-O, and no headers of the system where
# there is a DESTDIR): only the user's own goes before ours
CFLAGS !=	echo "$${CFLAGS--O2 -g}"
CPPFLAGS !=	echo "$${CPPFLAGS-}"
UNITDIR ?=	${PREFIX}/lib/systemd/system
# bpf_*, echo and exclusive_filter are the BSDs': only their tests use them here
PLATFORM_SRCS =	platform/acquire.c platform/acquire_linux.c \
		platform/bpf_program.c platform/bpf_records.c \
		platform/capture_linux.c platform/descriptors_linux.c \
		platform/echo.c \
		platform/exclusive_filter.c platform/exclusive_linux.c \
		platform/fence_linux.c platform/filter_linux.c \
		platform/hardware_linux.c platform/link_linux.c \
		platform/local_linux.c platform/netlink_linux.c \
		platform/netns_linux.c platform/nft_linux.c \
		platform/nft_write_linux.c \
		platform/packet_io_linux.c platform/packet_linux.c \
		platform/params_linux.c platform/ring_linux.c \
		platform/tap_acquire_linux.c platform/tap_linux.c \
		platform/tap_view_linux.c platform/vnet_linux.c \
		platform/watch_linux.c platform/way_linux.c
PLATFORM_CPPFLAGS = -D_GNU_SOURCE
