# The verbs. `make demo` and `make test` are the two to start with: each installs what is missing (and says
# what), builds, and runs. Everything else is for working on the code.

.DEFAULT_GOAL := all
.PHONY: all demo test test-all soak check san arm64 fuzz cover analyze bench bench-peers bench-instructions format figures python install clean help
BUILD := build
T ?=

all: ## build
	@tools/setup.sh build
	@tools/build.sh release

demo: ## the tour of the README on a real table, then a million rows with timings
	@tools/setup.sh build
	@tools/build.sh release
	@tools/demo.sh $(BUILD)

test: ## all tests; T=ntt: those whose name holds "ntt"
	@tools/setup.sh test
	@tools/build.sh release
	@ctest --test-dir $(BUILD) --output-on-failure -j2 --timeout 600 $(if $(T),-R "$(T)",-LE long)
	@$(if $(T),true,ctest --test-dir $(BUILD) --output-on-failure -j2 --timeout 600 -L long)

soak: ## the long tests whole, where `make test` takes a sample: make soak T=alloc
	@tools/setup.sh test
	@tools/build.sh release
	@ZKL_SOAK=1 ctest --test-dir $(BUILD) --output-on-failure -j2 --timeout 86400 -L long $(if $(T),-R "$(T)")

check: ## layers, format, lint, warnings, constants, exported symbols, generated files
	@tools/setup.sh check
	@tools/check.sh

# DuckDB's library is built without the sanitizer: what its threads hand to one another by atomics looks like races.
san: ## the tests under address, undefined, thread and memory sanitizers
	@tools/setup.sh check
	@tools/build.sh san && ctest --test-dir build-san --output-on-failure -j2 -LE 'long|nosan' $(if $(T),-R "$(T)")
	@tools/build.sh tsan && TSAN_OPTIONS=ignore_noninstrumented_modules=1 ctest --test-dir build-tsan --output-on-failure -j2 -LE 'long|nosan' $(if $(T),-R "$(T)",-R '^(base|text|hash|algebra|types|proof|claim|verify|circuit|prove|setup|table|http|daemon|grpc|telemetry|page|token|vault)/')
	@$(if $(T),true,TSAN_OPTIONS=ignore_noninstrumented_modules=1 ctest --test-dir build-tsan --output-on-failure -R '^cli/service_mixed_long$$')
	@tools/build.sh msan && ctest --test-dir build-msan --output-on-failure -j2 $(if $(T),-R "$(T)")

arm64: ## cross-compile for arm64 Linux, and run the quick unit tests under qemu: make arm64 T=verify/
	@tools/setup.sh arm64
	@tools/arm64.sh "$(T)"

fuzz: ## run one fuzz target for SECONDS (600): make fuzz T=manifest
	@tools/setup.sh check
	@tools/fuzz.sh "$(T)" $(or $(SECONDS),600)

cover: ## branch coverage report of the tests
	@tools/setup.sh check
	@tools/cover.sh

analyze: ## static analysis with gcc -fanalyzer over the parsers and the verifier
	@tools/setup.sh build
	@tools/analyze.sh

bench: ## timings: make bench T=notarize
	@tools/setup.sh build
	@tools/build.sh release
	@tools/bench.sh $(BUILD) "$(T)"

bench-peers: ## beside gnark-crypto, arkworks, blst, DVC, git, MLflow: make bench-peers ONLY=g1,ntt JSON=out.json
	@tools/setup.sh test
	@tools/build.sh release
	@python3 bench/peers/peers.py $(BUILD) $(if $(ONLY),--only "$(ONLY)") $(if $(JSON),--json "$(JSON)") $(if $(ROUNDS),--rounds $(ROUNDS))

bench-instructions: ## instructions of small jobs, this tree against another commit: make bench-instructions COMMIT=HEAD~1
	@tools/setup.sh test
	@bench/instructions.sh $(COMMIT)

format: ## apply .clang-format
	@tools/setup.sh check
	@git ls-files '*.c' '*.h' | xargs clang-format-16 -i

figures: ## the source in figures: comments, assertions, parameters by folder
	@python3 tools/figures.py

python: ## the Python wheel, into dist
	@tools/setup.sh build
	@tools/wheel.sh dist

install: all ## install under PREFIX (/usr/local); DESTDIR is honoured
	@cmake --install $(BUILD) $(if $(PREFIX),--prefix "$(PREFIX)")

clean: ## remove the build folders
	@rm -rf build build-* dist

help: ## this list
	@sed -n 's/^\([a-z0-9-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 18
