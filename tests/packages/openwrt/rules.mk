# SPDX-License-Identifier: ISC
# Stands in for OpenWrt's rules.mk: as much as ports/openwrt/Makefile needs.
INCLUDE_DIR := $(TOPDIR)/include
TARGET_CROSS :=
TARGET_CC := cc
TARGET_CFLAGS := -Os -pipe
TARGET_CPPFLAGS := -I$(STAGING_DIR)/usr/include
TARGET_LDFLAGS := -L$(STAGING_DIR)/usr/lib
INSTALL_DIR := install -d -m0755
INSTALL_BIN := install -m0755
INSTALL_CONF := install -m0600
INSTALL_DATA := install -m0644
