PLATFORM_SRCS =	platform/bpf_device.c platform/bpf_program.c \
		platform/bpf_records.c platform/capture_bpf.c \
		platform/capture_bpf_io.c platform/echo.c \
		platform/exclusive_none.c platform/ifstate_bsd.c \
		platform/netns_none.c platform/params_bsd.c \
		platform/tap_bsd.c platform/tap_netbsd.c
