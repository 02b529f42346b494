# The bench: imgconv and its peers side by side. tests/bench/bench.c says how to choose cells, size and time.

BENCH_DIR = $(BUILD)/bench
BENCH_OBJ := $(patsubst %,$(BUILD)/tests/bench/%.o,bench cell check_cell chart limits peer_vips picture report peer_opencv)
CXXFLAGS_BENCH = -std=c++17 -O2 -g -Wall -Wextra -Wpedantic -pthread -Iinclude -Itests -MMD -MP $(if $(WERROR),-Werror)
# Their headers are not ours to keep free of warnings.
system_flags = $(patsubst -I%,-isystem %,$(call ask_pkg,--cflags,$(1)))
opencv_flags = $(eval opencv_flags := $(call system_flags,opencv4))$(opencv_flags)
vips_flags = $(eval vips_flags := $(call system_flags,vips))$(vips_flags)
vips_libs = $(eval vips_libs := $(call ask_pkg,--libs,vips))$(vips_libs)
opencv_libs = -lopencv_imgcodecs -lopencv_imgproc -lopencv_core

$(BUILD)/tests/bench/peer_opencv.o: tests/bench/peer_opencv.cpp $(BUILD)/flags
	@mkdir -p $(@D)
	$(CXX) $(CXXFLAGS_BENCH) $(opencv_flags) -c -o $@ $<
$(BUILD)/tests/bench/peer_vips.o: CFLAGS_BENCH = $(vips_flags)
$(BUILD)/tests/bench/limits.o: CFLAGS_BENCH = -O3 $(if $(filter x86_64-%,$(shell $(CC) -dumpmachine)),-mavx2 -mfma)
$(BUILD)/tests/bench/%.o: tests/bench/%.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(CC) $(CFLAGS_ALL) -Itests $(CFLAGS_BENCH) -c -o $@ $<
$(BENCH_DIR)/bench: $(BENCH_OBJ) $(BUILD)/libimgconv.a
	@mkdir -p $(@D)
	$(CXX) $(LDFLAGS_ALL) -o $@ $^ $(opencv_libs) $(vips_libs) $(pkg_libs)

.PHONY: bench-memory run-bench-memory
bench-memory:
	@$(DEPENDENCIES) bench --install
	@+$(SUBMAKE) run-$@
run-bench-memory: $(BENCH_DIR)/bench
	$(BENCH_DIR)/bench $(BENCH_DIR)
-include $(BENCH_OBJ:.o=.d)
