# The bench: imgconv and its peers side by side. tests/bench/bench.c says how to choose cells, size and time.

BENCH_DIR = $(BUILD)/bench
BENCH_OBJ := $(patsubst %,$(BUILD)/tests/bench/%.o,bench cell check_cell chart limits peer_vips picture report machine peer_opencv)
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
$(BUILD)/tests/bench/limits.o: CFLAGS_BENCH = -O3
$(BUILD)/tests/bench/%.o: tests/bench/%.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(CC) $(CFLAGS_ALL) -Itests $(CFLAGS_BENCH) -c -o $@ $<
$(BUILD)/tests/bench/machine.o: CFLAGS_BENCH = -DPEERS='"OpenCV $(shell $(PKG_CONFIG) --modversion opencv4), \
    libvips $(shell $(PKG_CONFIG) --modversion vips)"'
$(BENCH_DIR)/bench: $(BENCH_OBJ) $(BUILD)/libimgconv.a
	@mkdir -p $(@D)
	$(CXX) $(LDFLAGS_ALL) -o $@ $^ $(opencv_libs) $(vips_libs) $(pkg_libs)

# Whole programs. The one that times them is kept small: see job.c.
FILES_OBJ := $(patsubst %,$(BUILD)/tests/bench/%.o,bench_files job job_table machine picture limits)
PROGRAMS = $(BENCH_DIR)/program_opencv $(BENCH_DIR)/program_vips $(BENCH_DIR)/program_libpng
$(BENCH_DIR)/bench_files: $(FILES_OBJ) $(BUILD)/libimgconv.a
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS_ALL) -o $@ $^ $(pkg_libs)
$(BENCH_DIR)/program_opencv: tests/bench/program_opencv.cpp $(BUILD)/flags
	@mkdir -p $(@D)
	$(CXX) $(CXXFLAGS_BENCH) $(opencv_flags) -MF $(BUILD)/tests/bench/program_opencv.d -o $@ $< $(opencv_libs)
$(BUILD)/tests/bench/program_vips.o: CFLAGS_BENCH = $(vips_flags)
$(BENCH_DIR)/program_%: $(BUILD)/tests/bench/program_%.o
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS_ALL) -o $@ $^ $(if $(findstring vips,$@),$(vips_libs)) $(pkg_libs)

# The parts of a training step reach internals, as the tests do.
LAYERS_OBJ := $(patsubst %,$(BUILD)/tests/bench/%.o,bench_layers limits)
$(BENCH_DIR)/bench_layers: $(LAYERS_OBJ) $(LIB_OBJ)
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS_ALL) -o $@ $^ $(pkg_libs)
.PHONY: bench-layers
bench-layers: $(BENCH_DIR)/bench_layers
	$(BENCH_DIR)/bench_layers
# The network beside PyTorch.
CNN_OBJ := $(patsubst %,$(BUILD)/tests/bench/%.o,bench_cnn machine limits)
BENCH_DATA ?= ../shared/mnist
$(BENCH_DIR)/bench_cnn: $(CNN_OBJ) $(BUILD)/libimgconv.a
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS_ALL) -o $@ $^ $(pkg_libs)
.PHONY: bench-cnn run-bench-cnn
## make bench-cnn    trains and uses the digit network beside PyTorch: tests/bench/bench_cnn.c
bench-cnn:
	@$(DEPENDENCIES) bench-cnn --install
	@+$(SUBMAKE) run-$@
run-bench-cnn: $(BENCH_DIR)/bench_cnn
	$(BENCH_DIR)/bench_cnn $(BENCH_DIR) tests/bench $(BENCH_DATA)

# Photographs of digits, read by a model that is trained for it.
PHOTOGRAPHS_OBJ := $(patsubst %,$(BUILD)/tests/%.o,bench/photographs support/digitphoto)
$(BENCH_DIR)/photographs: $(PHOTOGRAPHS_OBJ) $(LIB_OBJ)
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS_ALL) -o $@ $^ $(pkg_libs)
.PHONY: bench-photographs
## make bench-photographs   trains with --augment on MNIST (BENCH_DATA) and counts the photographs of digits read right
bench-photographs: $(BENCH_DIR)/photographs $(BUILD)/imgconv
	$(BUILD)/imgconv train --data $(BENCH_DATA) --augment -o $(BENCH_DIR)/photographs.safetensors
	$(BENCH_DIR)/photographs $(BENCH_DIR)/photographs.safetensors

.PHONY: bench bench-memory bench-files bench-readme run-bench run-bench-memory run-bench-files
## make bench        times imgconv beside OpenCV, libvips and others: build/bench; how to choose: tests/bench/bench.c
bench bench-memory bench-files:
	@$(DEPENDENCIES) bench --install
	@+$(SUBMAKE) run-$@
# One after the other, also under -j: they must not disturb each other.
run-bench:
	@+$(SUBMAKE) run-bench-memory
	@+$(SUBMAKE) run-bench-files
run-bench-memory: $(BENCH_DIR)/bench
	$(BENCH_DIR)/bench $(BENCH_DIR)
run-bench-files: $(BENCH_DIR)/bench_files $(PROGRAMS) $(BUILD)/imgconv
	$(BENCH_DIR)/bench_files $(BENCH_DIR) $(BUILD)/imgconv tests/bench
bench-readme:
	mkdir -p docs/bench
	cp $(BENCH_DIR)/memory.md $(BENCH_DIR)/memory.svg $(BENCH_DIR)/files.md $(wildcard $(BENCH_DIR)/cnn.md) docs/bench/
-include $(CNN_OBJ:.o=.d) $(BENCH_OBJ:.o=.d) $(FILES_OBJ:.o=.d) $(LAYERS_OBJ:.o=.d) \
    $(PHOTOGRAPHS_OBJ:.o=.d)
