PLATFORM_SRCS =	platform/capture_linux.c platform/netlink_linux.c \
		platform/netns_linux.c platform/params_linux.c \
		platform/tap_linux.c
