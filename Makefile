# imgconv: `make` builds, `make check` tests, `make demo` shows. `make help` lists the rest.
#
# Variables: BUILD=dir  CC=clang  WERROR=1  SANITIZE=address,undefined  ISAL=0 (without ISA-L)
#            BUILD_CC=cc (of what runs while CC builds for another machine)
#            DEPS=no (never call a package manager)  PREFIX=/usr/local  DESTDIR=  V=1 (shows whole commands)

BUILD    ?= build
CC       ?= cc
BUILD_CC ?= $(CC)
PREFIX   ?= /usr/local
ISAL     ?= 1
OPTIMIZE ?= -O2 -ftree-vectorize
PKG_CONFIG ?= pkg-config
OBJCOPY  ?= objcopy

# -ffp-contract=off, -fno-math-errno, -fno-trapping-math: values are those of the source text (design law 1); the last two only say
# that nobody reads errno or the exception flags, which lets sqrtf and rintf become instructions.
CFLAGS_ALL = -std=c11 $(OPTIMIZE) -g -Wall -Wextra -Wpedantic -fPIC -pthread -fvisibility=hidden \
             -ffp-contract=off -fno-math-errno -fno-trapping-math -D_GNU_SOURCE -Iinclude -Isrc -MMD -MP $(CFLAGS)
LDFLAGS_ALL = -pthread $(LDFLAGS)
ifdef WERROR
CFLAGS_ALL += -Werror
endif
ifdef SANITIZE
CFLAGS_ALL += -fsanitize=$(SANITIZE) -fno-sanitize-recover=all -fno-omit-frame-pointer
LDFLAGS_ALL += -fsanitize=$(SANITIZE)
endif

# ISA-L finds matches for PNGs several times as fast as zlib; it is used where it is installed.
find_isal = $(eval find_isal := $(if $(filter 0,$(ISAL)),,$(shell $(PKG_CONFIG) --exists libisal && echo libisal)))$(find_isal)
PACKAGES = libpng libjpeg zlib libcjson $(find_isal)
# Asked once, at the first use in a recipe: by then `make demo` and `make check` have put pkg-config in place.
ask_pkg   = $(if $(shell $(PKG_CONFIG) --exists $(2) && echo yes),$(shell $(PKG_CONFIG) $(1) $(2)),\
               $(error $(PKG_CONFIG) does not know all of $(2): packaging/deps.sh check says what to install))
pkg_flags = $(eval pkg_flags := $(call ask_pkg,--cflags,$(PACKAGES)) $(if $(find_isal),-DIMGCONV_ISAL))$(pkg_flags)
pkg_libs  = $(eval pkg_libs := $(call ask_pkg,--libs,$(PACKAGES)) -lm)$(pkg_libs)

LIB_SRC := $(filter-out src/cli/%,$(wildcard src/*/*.c))
CLI_SRC := $(wildcard src/cli/*.c)
GEN_SRC := $(BUILD)/gen/embedded_kernels.c $(BUILD)/gen/embedded_samples.c $(BUILD)/gen/embedded_pages.c
LIB_OBJ := $(LIB_SRC:src/%.c=$(BUILD)/obj/%.o) $(GEN_SRC:.c=.o)
CLI_OBJ := $(CLI_SRC:src/%.c=$(BUILD)/obj/%.o)

# A line for each step; the whole command with V=1.
Q   = $(if $(V),,@)
say = $(if $(V),,@printf '  %-5s %s\n' $(1) $@)

.DEFAULT_GOAL := all
.PHONY: all help clean FORCE
all: $(BUILD)/imgconv $(BUILD)/libimgconv.a $(BUILD)/libimgconv.so

help:
	@sed -n 's/^## //p' $(MAKEFILE_LIST)

## make              builds build/imgconv, build/libimgconv.a, build/libimgconv.so
## make demo         gets what is missing, builds, filters the sample pictures
## make check        gets what the tests need, builds, runs every test; make check-fast: the edit loop; make check-long: for hours
## make install      program, library, headers, models, man pages under PREFIX (/usr/local), below DESTDIR; make uninstall: away
## make samples      draws samples/*.png again; make pictures: those of README.md
## make samples-models DATA=mnist    trains samples/*.safetensors again, to the same bytes
## make clean        removes build/

# Objects are made again when the compiler or a flag changes (CC, SANITIZE, WERROR ...): this file is written only then.
$(BUILD)/flags: export FLAGS = $(CC) $(CFLAGS_ALL) $(LDFLAGS_ALL) $(PACKAGES)
$(BUILD)/flags: FORCE
	@mkdir -p $(@D)
	@printf '%s\n' "$$FLAGS" | cmp -s - $@ || printf '%s\n' "$$FLAGS" > $@

# -O3 keeps the sums of a block of outputs in registers, where -O2 stores and loads them at each tap.
# -Wno-psabi: vectors are passed to inlined functions alone.
$(BUILD)/obj/simd/%.o: CFLAGS_SIMD = -O3 -Wno-psabi
on_x86 = $(if $(filter x86_64-%,$(shell $(CC) -dumpmachine)),$(1))
$(BUILD)/obj/simd/rowops_avx2.o: CFLAGS_SIMD = -O3 -Wno-psabi $(call on_x86,-mavx2 -mfma)
$(BUILD)/obj/simd/rowops_avx512.o: CFLAGS_SIMD = -O3 -Wno-psabi \
	$(call on_x86,-mavx2 -mfma -mavx512f -mavx512bw -mavx512dq -mavx512vl -mprefer-vector-width=512)

$(BUILD)/obj/%.o: src/%.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(CFLAGS_ALL) $(pkg_flags) $(CFLAGS_SIMD) -c -o $@ $<

# Text and pictures that live inside the program.
$(BUILD)/embed: packaging/embed.c
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(BUILD_CC) -std=c11 -O1 -Wall -Wextra -o $@ $<
$(BUILD)/gen/embedded_kernels.c: $(BUILD)/embed $(sort $(wildcard kernels/*.kern))
	@mkdir -p $(@D)
	$(call say,EMBED)
	$(Q)$(BUILD)/embed embedded_kernels $(filter %.kern,$^) > $@.tmp && mv $@.tmp $@
$(BUILD)/gen/embedded_samples.c: $(BUILD)/embed $(sort $(wildcard samples/*.png))
	@mkdir -p $(@D)
	$(call say,EMBED)
	$(Q)$(BUILD)/embed embedded_samples $(filter %.png,$^) > $@.tmp && mv $@.tmp $@
$(BUILD)/gen/embedded_pages.c: $(BUILD)/embed $(sort $(wildcard src/report/*.html))
	@mkdir -p $(@D)
	$(call say,EMBED)
	$(Q)$(BUILD)/embed embedded_pages $(filter %.html,$^) > $@.tmp && mv $@.tmp $@
$(BUILD)/gen/%.o: $(BUILD)/gen/%.c $(BUILD)/flags
	$(call say,CC)
	$(Q)$(CC) $(CFLAGS_ALL) -c -o $@ $<

$(BUILD)/libimgconv.so: $(LIB_OBJ)
	$(call say,LINK)
	$(Q)$(CC) -shared $(LDFLAGS_ALL) -Wl,-soname,libimgconv.so.0 -o $@ $^ $(pkg_libs)
# One object, its hidden symbols made local: a program that links the archive meets imc_ names alone.
$(BUILD)/libimgconv.a: $(LIB_OBJ)
	$(call say,AR)
	$(Q)$(LD) -r -o $(BUILD)/libimgconv.o $^
	$(Q)$(OBJCOPY) --localize-hidden $(BUILD)/libimgconv.o
	$(Q)rm -f $@ && $(AR) rcs $@ $(BUILD)/libimgconv.o
$(BUILD)/imgconv: $(CLI_OBJ) $(BUILD)/libimgconv.a
	$(call say,LINK)
	$(Q)$(CC) $(LDFLAGS_ALL) -o $@ $^ $(pkg_libs)

# The first step fetches what is missing; the second is a make of its own, so that pkg-config is asked after that, also under -j.
SUBMAKE = $(MAKE) --no-print-directory $(if $(findstring -j,$(MAKEFLAGS)),,-j$(shell nproc 2>/dev/null || echo 2))
DEPENDENCIES = CC="$(CC)" CXX="$(CXX)" PKG_CONFIG="$(PKG_CONFIG)" ISAL=$(ISAL) DEPS=$(DEPS) packaging/deps.sh

.PHONY: demo run-demo
demo:
	@$(DEPENDENCIES) build --install
	@+$(SUBMAKE) run-demo
run-demo: all
	@packaging/demo.sh $(BUILD)

# Pictures that are kept in git, and the programs that make them again.
.PHONY: samples samples-models pictures
DRAW_OBJ := $(patsubst samples/%.c,$(BUILD)/samples/%.o,$(wildcard samples/draw_*.c))
$(BUILD)/samples/%.o: samples/%.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(CFLAGS_ALL) -c -o $@ $<
$(BUILD)/draw_samples: $(DRAW_OBJ) $(BUILD)/libimgconv.a
	$(call say,LINK)
	$(Q)$(CC) $(LDFLAGS_ALL) -o $@ $^ $(pkg_libs)
# Wants MNIST: DATA names its folder.
samples-models: $(BUILD)/imgconv
	samples/train_models.sh $(BUILD)/imgconv $(DATA)
samples: $(BUILD)/draw_samples
	$(BUILD)/draw_samples samples
pictures: $(BUILD)/imgconv
	docs/pictures/make.sh $(BUILD)/imgconv

INSTALL ?= install
LIBDIR   = $(DESTDIR)$(PREFIX)/lib
MANDIR   = $(DESTDIR)$(PREFIX)/share/man
VERSION  = $(shell sed -n 's/.define IMC_VERSION "\(.*\)"/\1/p' include/imgconv/imgconv.h)
SHARE    = $(DESTDIR)$(PREFIX)/share/imgconv
MODELS   = $(wildcard samples/*.safetensors)
PAGES    = $(wildcard man/*.[135])
# The folder of a page: imgconv.1 goes to man1.
man_dir  = $(MANDIR)/man$(patsubst .%,%,$(suffix $(1)))

.PHONY: install uninstall
install: all
	$(INSTALL) -d $(DESTDIR)$(PREFIX)/bin $(LIBDIR)/pkgconfig $(DESTDIR)$(PREFIX)/include/imgconv
	$(INSTALL) -m 755 $(BUILD)/imgconv $(DESTDIR)$(PREFIX)/bin/
	$(INSTALL) -m 644 $(BUILD)/libimgconv.a $(LIBDIR)/
	$(INSTALL) -m 755 $(BUILD)/libimgconv.so $(LIBDIR)/libimgconv.so.0
	ln -sf libimgconv.so.0 $(LIBDIR)/libimgconv.so
	$(INSTALL) -m 644 include/imgconv/*.h $(DESTDIR)$(PREFIX)/include/imgconv/
	$(foreach model,$(MODELS),$(INSTALL) -d $(SHARE) && $(INSTALL) -m 644 $(model) $(SHARE)/ &&) true
	sed -e 's|@PREFIX@|$(PREFIX)|' -e 's|@VERSION@|$(VERSION)|' -e 's|@PACKAGES@|$(PACKAGES)|' packaging/imgconv.pc.in \
	    > $(LIBDIR)/pkgconfig/imgconv.pc
	$(foreach page,$(PAGES),$(INSTALL) -d $(call man_dir,$(page)) && $(INSTALL) -m 644 $(page) $(call man_dir,$(page))/ &&) true

uninstall:
	rm -f $(DESTDIR)$(PREFIX)/bin/imgconv $(addprefix $(LIBDIR)/,libimgconv.a libimgconv.so libimgconv.so.0 pkgconfig/imgconv.pc)
	rm -rf $(DESTDIR)$(PREFIX)/include/imgconv $(SHARE)
	rm -f $(foreach page,$(PAGES),$(call man_dir,$(page))/$(notdir $(page)))

clean:
	rm -rf $(BUILD)

include tests/tests.mk
include tests/bench/bench.mk
-include $(LIB_OBJ:.o=.d) $(CLI_OBJ:.o=.d) $(DRAW_OBJ:.o=.d)
