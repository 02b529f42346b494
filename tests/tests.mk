# The tests. Each tests/*/test_*.c is one program on the Check framework, linked with the library's objects (so that it reaches
# internals); each tests/cli/*.sh is a script that runs the built program, each tests/house/*.sh one that tests a law of the
# tree. tests/run.sh runs them and counts.

TEST_SRC  := $(wildcard tests/*/test_*.c)
TEST_BIN  := $(TEST_SRC:tests/%.c=$(BUILD)/tests/%)
TEST_HELP := $(filter-out $(TEST_SRC),$(wildcard tests/support/*.c))
TEST_HELP_OBJ := $(TEST_HELP:tests/%.c=$(BUILD)/tests/%.o)
check_flags = $(eval check_flags := $(call ask_pkg,--cflags,check libcjson))$(check_flags)
check_libs  = $(eval check_libs := $(call ask_pkg,--libs,check libcjson))$(check_libs)

$(BUILD)/tests/%.o: tests/%.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(CFLAGS_ALL) -Itests $(pkg_flags) $(check_flags) -c -o $@ $<
# The conformance programs share the reference, the cases and the readers of published data (cJSON) that lie beside them.
CONFORMANCE_BIN := $(filter $(BUILD)/tests/conformance/%,$(TEST_BIN))
CONFORMANCE_OBJ := $(patsubst tests/%.c,$(BUILD)/tests/%.o,$(filter-out $(TEST_SRC),$(wildcard tests/conformance/*.c)))
$(CONFORMANCE_BIN): $(CONFORMANCE_OBJ)
# So do the programs on networks, and those on comparisons.
NN_BIN := $(filter $(BUILD)/tests/nn/%,$(TEST_BIN))
NN_OBJ := $(patsubst tests/%.c,$(BUILD)/tests/%.o,$(filter-out $(TEST_SRC),$(wildcard tests/nn/*.c)))
$(NN_BIN): $(NN_OBJ)
COMPARE_OBJ := $(BUILD)/tests/compare/ref_compare.o
$(filter $(BUILD)/tests/compare/%,$(TEST_BIN)): $(COMPARE_OBJ)
# The calls that test_rowops makes.
ROWOP_OBJ := $(patsubst tests/%.c,$(BUILD)/tests/%.o,$(filter-out $(TEST_SRC),$(wildcard tests/rowops/*.c)))
$(BUILD)/tests/rowops/test_rowops $(BUILD)/cross/test_rowops: $(ROWOP_OBJ)
$(TEST_BIN): $(BUILD)/tests/%: $(BUILD)/tests/%.o $(TEST_HELP_OBJ) $(LIB_OBJ)
	$(call say,LINK)
	$(Q)$(CC) $(LDFLAGS_ALL) -o $@ $^ $(check_libs) $(pkg_libs)
.SECONDARY:

.PHONY: tests
tests: $(TEST_BIN)

# Long ones first, so that they do not run alone at the end. The scripts find the program and the compiler in the environment.
TEST_CLI  = $(filter-out %/lib.sh,$(wildcard tests/cli/*.sh))
TEST_ALL  = $(CONFORMANCE_BIN) $(filter-out $(CONFORMANCE_BIN),$(TEST_BIN)) $(TEST_CLI) $(wildcard tests/house/*.sh)
TEST_FAST = $(TEST_BIN) $(addprefix tests/cli/,help.sh usage.sh options.sh) \
            $(addprefix tests/house/,documents.sh examples.sh floors.sh headers.sh symbols.sh)
TEST_ENV  = BUILD="$(BUILD)" IMGCONV="$(abspath $(BUILD)/imgconv)" CC="$(CC)" CXX="$(CXX)" PKG_CONFIG="$(PKG_CONFIG)" \
            SANITIZE="$(SANITIZE)"

.PHONY: check check-fast check-long run-check run-check-fast run-check-long
check check-fast check-long:
	@$(DEPENDENCIES) check --install
	@+$(SUBMAKE) run-$@
run-check: all tests $(BUILD)/draw_samples
	@$(TEST_ENV) tests/run.sh $(TEST_ALL)
run-check-fast: all tests
	@$(TEST_ENV) IMGCONV_TEST_CASES=$${IMGCONV_TEST_CASES:-500} tests/run.sh $(TEST_FAST)
run-check-long: run-check
	@$(TEST_ENV) IMGCONV_TEST_CASES=5000000 TEST_TIMEOUT=0 VERBOSE=1 tests/run.sh $(BUILD)/tests/conformance/test_random

# What runs in several threads, for SANITIZE=thread: queues, overlap, encoder, plans shared by threads, bands of rows.
TEST_THREADS = $(patsubst %,$(BUILD)/tests/%,$(addprefix unit/test_,rowqueue overlap outfile) \
                   $(addprefix conformance/test_,determinism filter_bands random))
.PHONY: check-threads run-check-threads
check-threads:
	@$(DEPENDENCIES) check --install
	@+$(SUBMAKE) run-$@
run-check-threads: $(TEST_THREADS)
	@$(TEST_ENV) IMGCONV_THREADS=4 IMGCONV_TEST_CASES=$${IMGCONV_TEST_CASES:-300} tests/run.sh $^

# The engine and its tests alone, which need no library, for another machine and run by its emulator (the kernels' door to model
# files, which need cJSON, leads nowhere):
#     make check-cross BUILD=build/neon CC=aarch64-linux-gnu-gcc BUILD_CC=cc EMULATOR=qemu-aarch64
CROSS_OBJ  := $(filter-out $(BUILD)/obj/base/safetensors%,\
                $(filter $(foreach room,base simd kernel conv,$(BUILD)/obj/$(room)/%),$(LIB_OBJ))) $(BUILD)/gen/embedded_kernels.o
CROSS_HELP := $(patsubst %,$(BUILD)/tests/%.o,support/testing $(addprefix conformance/,conv_case case_check dense law2 ref_conv))
CROSS_BIN  := $(patsubst %,$(BUILD)/cross/test_%,rowops folds fft mathx random pairwise folded properties determinism)
$(CROSS_BIN): $(BUILD)/cross/%: $(CROSS_OBJ) $(CROSS_HELP)
	@mkdir -p $(@D)
	$(call say,LINK)
	$(Q)$(CC) -static $(LDFLAGS_ALL) -Wl,--unresolved-symbols=ignore-all -o $@ $^ -lm
$(foreach test,$(CROSS_BIN),$(eval $(test): $(filter %/$(notdir $(test)).o,$(TEST_BIN:=.o))))
.PHONY: check-cross run-check-cross
check-cross:
	@+$(SUBMAKE) run-$@ ISAL=0 CFLAGS='$(CFLAGS) -Itests/support/plaincheck'
run-check-cross: $(CROSS_BIN)
	@for test in $^; do $(EMULATOR) $$test || exit 1; done
-include $(TEST_SRC:tests/%.c=$(BUILD)/tests/%.d) $(TEST_HELP_OBJ:.o=.d) $(CONFORMANCE_OBJ:.o=.d) $(NN_OBJ:.o=.d) \
         $(ROWOP_OBJ:.o=.d) $(COMPARE_OBJ:.o=.d)
