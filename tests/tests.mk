# The tests. Each tests/*/test_*.c is one program on the Check framework, linked with the library's objects (so that it reaches
# internals); each tests/cli/*.sh is a script that runs the built program. tests/run.sh runs them and counts.

TEST_SRC  := $(wildcard tests/*/test_*.c)
TEST_BIN  := $(TEST_SRC:tests/%.c=$(BUILD)/tests/%)
TEST_HELP := $(filter-out $(TEST_SRC),$(wildcard tests/support/*.c))
TEST_HELP_OBJ := $(TEST_HELP:tests/%.c=$(BUILD)/tests/%.o)
check_flags = $(shell $(PKG_CONFIG) --cflags check)
check_libs  = $(shell $(PKG_CONFIG) --libs check)

$(BUILD)/tests/%.o: tests/%.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS_ALL) -Itests $(pkg_flags) $(check_flags) -c -o $@ $<
$(BUILD)/tests/%: $(BUILD)/tests/%.o $(TEST_HELP_OBJ) $(LIB_OBJ)
	$(CC) $(LDFLAGS_ALL) -o $@ $^ $(check_libs) $(pkg_libs)
# The conformance programs share the reference, the cases and the readers of published data (cJSON) that lie beside them.
CONFORMANCE_OBJ := $(patsubst tests/%.c,$(BUILD)/tests/%.o,$(filter-out $(TEST_SRC),$(wildcard tests/conformance/*.c)))
$(BUILD)/tests/conformance/%: $(BUILD)/tests/conformance/%.o $(CONFORMANCE_OBJ) $(TEST_HELP_OBJ) $(LIB_OBJ)
	$(CC) $(LDFLAGS_ALL) -o $@ $^ $(check_libs) $(shell $(PKG_CONFIG) --libs libcjson) $(pkg_libs)
.SECONDARY:

.PHONY: tests
tests: $(TEST_BIN)
-include $(TEST_SRC:tests/%.c=$(BUILD)/tests/%.d) $(TEST_HELP_OBJ:.o=.d) $(CONFORMANCE_OBJ:.o=.d)
