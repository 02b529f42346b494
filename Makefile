# imgconv: `make` builds, `make check` tests, `make demo` shows. `make help` lists the rest.
#
# Variables: BUILD=dir  CC=clang  WERROR=1  SANITIZE=address,undefined  FFTW=0 (without FFTW)  DEPS=no (never call a package manager)
#            PREFIX=/usr/local  DESTDIR=

BUILD    ?= build
CC       ?= cc
PREFIX   ?= /usr/local
FFTW     ?= 1
OPTIMIZE ?= -O2 -ftree-vectorize
PKG_CONFIG ?= pkg-config

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

PACKAGES := libpng libjpeg zlib
ifeq ($(FFTW),0)
CFLAGS_ALL += -DIMGCONV_NO_FFTW
else
PACKAGES += fftw3f
endif
# Asked once, and only in a run of make that compiles: by then `make demo` and `make check` have put pkg-config in place.
pkg_flags = $(shell $(PKG_CONFIG) --cflags $(PACKAGES))
pkg_libs  = $(shell $(PKG_CONFIG) --libs $(PACKAGES)) -lm

LIB_SRC := $(filter-out src/cli/%,$(wildcard src/*/*.c))
CLI_SRC := $(wildcard src/cli/*.c)
GEN_SRC := $(BUILD)/gen/embedded_kernels.c $(BUILD)/gen/embedded_samples.c
LIB_OBJ := $(LIB_SRC:src/%.c=$(BUILD)/obj/%.o) $(GEN_SRC:.c=.o)
CLI_OBJ := $(CLI_SRC:src/%.c=$(BUILD)/obj/%.o)

.DEFAULT_GOAL := all
.PHONY: all help clean
all: $(BUILD)/imgconv $(BUILD)/libimgconv.a $(BUILD)/libimgconv.so

help:
	@sed -n 's/^## //p' $(MAKEFILE_LIST)

## make              builds build/imgconv, build/libimgconv.a, build/libimgconv.so
## make demo         gets what is missing, builds, filters the sample pictures
## make check        gets what the tests need, builds, runs every test (check-fast: the edit loop; check-long: hours of random cases)
## make clean        removes build/

$(BUILD)/obj/simd/rowops_avx2.o: CFLAGS_SIMD := $(if $(filter x86_64-%,$(shell $(CC) -dumpmachine)),-mavx2 -mfma)

$(BUILD)/obj/%.o: src/%.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS_ALL) $(pkg_flags) $(CFLAGS_SIMD) -c -o $@ $<

# Text and pictures that live inside the program.
$(BUILD)/embed: packaging/embed.c
	@mkdir -p $(@D)
	$(CC) -std=c11 -O1 -Wall -Wextra -o $@ $<
$(BUILD)/gen/embedded_kernels.c: $(BUILD)/embed $(sort $(wildcard kernels/*.kern))
	@mkdir -p $(@D)
	$(BUILD)/embed embedded_kernels $(filter %.kern,$^) > $@.tmp && mv $@.tmp $@
$(BUILD)/gen/embedded_samples.c: $(BUILD)/embed $(sort $(wildcard samples/*.png))
	@mkdir -p $(@D)
	$(BUILD)/embed embedded_samples $(filter %.png,$^) > $@.tmp && mv $@.tmp $@
$(BUILD)/gen/%.o: $(BUILD)/gen/%.c
	$(CC) $(CFLAGS_ALL) -c -o $@ $<

$(BUILD)/libimgconv.so: $(LIB_OBJ)
	$(CC) -shared $(LDFLAGS_ALL) -Wl,-soname,libimgconv.so.0 -o $@ $^ $(pkg_libs)
# One object, its hidden symbols made local: a program that links the archive meets imc_ names alone.
$(BUILD)/libimgconv.a: $(LIB_OBJ)
	$(LD) -r -o $(BUILD)/libimgconv.o $^
	objcopy --localize-hidden $(BUILD)/libimgconv.o
	rm -f $@ && $(AR) rcs $@ $(BUILD)/libimgconv.o
$(BUILD)/imgconv: $(CLI_OBJ) $(BUILD)/libimgconv.a
	$(CC) $(LDFLAGS_ALL) -o $@ $^ $(pkg_libs)

clean:
	rm -rf $(BUILD)

include tests/tests.mk
-include $(LIB_OBJ:.o=.d) $(CLI_OBJ:.o=.d)
