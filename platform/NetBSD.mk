PLATFORM_SRCS =	platform/apply_bsd.c platform/bpf_records.c \
		platform/capture_bpf.c platform/exclusive_none.c \
		platform/netns_none.c platform/params_bsd.c \
		platform/tap_bsd.c platform/tap_netbsd.c platform/watch_bsd.c
