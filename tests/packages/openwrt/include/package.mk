# SPDX-License-Identifier: ISC
# Stands in for OpenWrt's package.mk: verifies and unpacks the tarball, compiles
# with the default command of package-defaults.mk, and installs into ROOT.
ifneq ($(filter gc-sections,$(PKG_BUILD_FLAGS)),)
TARGET_CFLAGS += -ffunction-sections -fdata-sections
TARGET_LDFLAGS += -Wl,--gc-sections
endif

MAKE_VARS = CFLAGS="$(TARGET_CFLAGS) $(TARGET_CPPFLAGS)" \
	LDFLAGS="$(TARGET_LDFLAGS)"
MAKE_FLAGS = AR="$(TARGET_CROSS)gcc-ar" CC="$(TARGET_CC)" \
	CROSS="$(TARGET_CROSS)" ARCH="$(ARCH)"

define Build/Compile
	+$(MAKE_VARS) $(MAKE) --no-silent $(PKG_JOBS) -C $(PKG_BUILD_DIR) \
		$(MAKE_FLAGS)
endef

define BuildPackage
$(eval $(Package/$(1)))
$(foreach field,TITLE CATEGORY SECTION DEPENDS,\
	$(if $($(field)),,$(error Package/$(1) is missing the $(field) field)))

install:
	echo "$(PKG_HASH)  $(DL_DIR)/$(PKG_SOURCE)" | sha256sum -c --status || \
		{ echo 'PKG_HASH is wrong'; exit 1; }
	mkdir -p $(BUILD_DIR)
	tar -x -C $(BUILD_DIR) -f $(DL_DIR)/$(PKG_SOURCE)
	cd $(PKG_BUILD_DIR) && ls $(PKG_LICENSE_FILES)
	$(Build/Compile)
	$(call Package/$(1)/install,$(ROOT))

fields:
	echo version $(PKG_VERSION)-r$(PKG_RELEASE)
	echo license $(PKG_LICENSE)
	echo depends $(DEPENDS:+%=%)
	echo conffiles $(Package/$(1)/conffiles)
endef
