# The commands of every day. The builds behind them are the presets of CMakePresets.json.
PRESET ?= dev
FUZZ_SECONDS ?= 60
SOAK_SECONDS ?= 600
JOBS ?= $(shell nproc)
CTEST = ctest --parallel $(JOBS)

.DEFAULT_GOAL := help
.PHONY: help setup build package run test coverage fuzz soak bench lint format clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## Install what building and testing need (apt), fetch civetweb's source
	.ci/setup test

build: setup ## Build the exporter, optimised, in build/release
	cmake --preset release
	cmake --build --preset release --target codearts_pipeline_exporter

package: build ## Make Debian package, tarball, Helm chart, SBOM and checksums in dist/
	deploy/package/build.sh dist

run: setup ## Start the exporter: against the simulator, or the cloud if the environment names one
	deploy/demo/run.sh

test: setup ## Build everything and run every test (PRESET=dev, asan, tsan, clang, ...)
	cmake --preset $(PRESET)
	cmake --build --preset $(PRESET)
	$(CTEST) --preset $(PRESET)

coverage: ## Measure the line coverage of src/ by the tests
	.ci/setup check
	cmake --preset coverage
	cmake --build --preset coverage
	find build/coverage -name '*.gcda' -delete
	$(CTEST) --preset coverage
	gcovr --root . --filter src/ --exclude-throw-branches --print-summary build/coverage

fuzz: ## Let libFuzzer search each fuzz target for FUZZ_SECONDS
	.ci/setup check
	cmake --preset fuzz -DCODEARTS_FUZZ_SECONDS=$(FUZZ_SECONDS)
	cmake --build --preset fuzz
	$(CTEST) --preset fuzz

soak: setup ## Run the exporter for SOAK_SECONDS with faults, reloads and restarts under Prometheus
	cmake --preset release
	CODEARTS_SOAK_SECONDS=$(SOAK_SECONDS) cmake --build --preset release --target codearts_soak

bench: setup ## Run the benchmarks, optimised, and compare them with their limits
	cmake --preset release
	cmake --build --preset release --target codearts_run_benchmarks

lint: ## Check formatting and run the static analyses
	.ci/setup check
	.ci/lint

format: ## Format all C++ sources in place
	.ci/lint format-in-place

clean: ## Remove all build folders
	rm -rf build
