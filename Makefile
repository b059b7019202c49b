# SPDX-License-Identifier: MIT
# Short words for people's hands. Each target installs what the machine lacks (tools/install-deps),
# configures a build folder once, and leaves the rest to Meson and Ninja.
#
#   make demo      the quickstart: two nodes in two processes, calling each other
#   make check     builds and runs every test
#   make build     libraries, compiler and examples
#   make asan      the tests under AddressSanitizer and UBSan      make tsan   under ThreadSanitizer
#   make style     formatting, layers, headers, symbols, API docs  make docs   API docs as HTML
#   make fuzz      each fuzz target for FUZZ_SECONDS               make bench  the benchmarks
#   make clean     removes the build folders

BUILD ?= build
OPTIONS ?=
FUZZ_SECONDS ?= 60

DEPS = @tools/install-deps
TEST = meson test --print-errorlogs
# Sanitizers slow the code down, not the deadlines that the tests rely on.
SLOW_TEST = CK_TIMEOUT_MULTIPLIER=5 meson test --print-errorlogs --timeout-multiplier 5

# One apt and one Ninja at a time.
.NOTPARALLEL:
.PHONY: build demo check asan tsan style docs fuzz bench clean

build: $(BUILD)/build.ninja
	ninja -C $(BUILD)

demo: $(BUILD)/build.ninja
	@ninja -C $(BUILD) --quiet examples/quickstart/server examples/quickstart/client
	@examples/quickstart/demo.sh $(BUILD)/examples/quickstart

check: $(BUILD)/.tests
	ninja -C $(BUILD)
	$(TEST) -C $(BUILD)

asan: $(BUILD)-asan/build.ninja
	ninja -C $(BUILD)-asan
	$(SLOW_TEST) -C $(BUILD)-asan --no-suite style

tsan: $(BUILD)-tsan/build.ninja
	ninja -C $(BUILD)-tsan
	$(SLOW_TEST) -C $(BUILD)-tsan --no-suite style --no-suite compiler

style: $(BUILD)/.tests
	$(DEPS) style
	tools/check-style
	ninja -C $(BUILD) --quiet
	$(TEST) -C $(BUILD) --suite style

docs:
	$(DEPS) style
	mkdir -p $(BUILD)
	OUTPUT=$(BUILD)/docs doxygen docs/Doxyfile

fuzz: $(BUILD)-fuzz/build.ninja
	ninja -C $(BUILD)-fuzz
	tools/run-fuzz $(BUILD)-fuzz $(FUZZ_SECONDS)

bench: $(BUILD)-bench/build.ninja
	ninja -C $(BUILD)-bench
	meson test -C $(BUILD)-bench --benchmark --verbose

clean:
	rm -rf $(BUILD) $(BUILD)-asan $(BUILD)-tsan $(BUILD)-fuzz $(BUILD)-bench

# Build folders. The default one starts without the need for Check; the first `make check` adds it.
$(BUILD)/build.ninja: | deps-build
	meson setup $(BUILD) $(OPTIONS)

$(BUILD)/.tests: $(BUILD)/build.ninja | deps-check
	meson setup --reconfigure $(BUILD) -Dtests=enabled $(OPTIONS)
	@touch $@

$(BUILD)-asan/build.ninja: | deps-check
	meson setup $(BUILD)-asan -Dtests=enabled -Db_sanitize=address,undefined -Db_lundef=false \
	    $(OPTIONS)

$(BUILD)-tsan/build.ninja: | deps-check
	meson setup $(BUILD)-tsan -Dtests=enabled -Db_sanitize=thread -Db_lundef=false $(OPTIONS)

$(BUILD)-fuzz/build.ninja: | deps-fuzz
	CC=clang meson setup $(BUILD)-fuzz -Dtests=enabled -Dinterop=disabled -Dfuzz=true \
	    -Db_lundef=false -Db_sanitize=address,undefined $(OPTIONS)

$(BUILD)-bench/build.ninja: | deps-bench
	meson setup $(BUILD)-bench -Dtests=disabled -Dbench=true --buildtype=release $(OPTIONS)

.PHONY: deps-build deps-check deps-fuzz deps-bench
deps-build:
	$(DEPS) build
deps-check:
	$(DEPS) build check
deps-fuzz:
	$(DEPS) build check fuzz
