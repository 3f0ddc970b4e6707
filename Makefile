# depositwatch: `make run` shows it at work, `make test` runs every test. Both install what is missing.

SHELL := bash
.SHELLFLAGS := -o pipefail -c

CONFIG ?=
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)
PYTHON := $(CURDIR)/.build/python/bin/python
PACKAGES := libcurl4-openssl-dev libsecp256k1-dev libsqlite3-dev libsimdjson-dev pkg-config
NODE_PACKAGES := litecoind python3-venv

FUZZ ?= json:1
EXECUTIONS ?= 1000000

# Installs those of these packages that are missing.
define install
missing=$$(for p in $(1); do dpkg -s $$p >/dev/null 2>&1 || echo $$p; done); \
if [ -n "$$missing" ]; then \
  command -v apt-get >/dev/null || { echo "Install these with your package manager: $$missing"; exit 1; }; \
  echo "installing $$missing"; \
  $(SUDO) apt-get update -qq && $(SUDO) apt-get install -y -qq $$missing; \
fi
endef

.PHONY: run test worlds mutants sanitize thread address build nodes setup swift lint release fuzz

run: build ## The daemon with CONFIG=path, or the demo without one
ifeq ($(CONFIG),)
	@"$$(swift build --show-bin-path)/depositwatch" demo
else
	@"$$(swift build --show-bin-path)/depositwatch" run --config $(CONFIG)
endif

test: nodes ## Every test: the suites, then kill -9, then live nodes against an oracle
	swift build --build-tests
	{ swift test --skip-build --skip '^HabitTests\.' && swift test --skip-build --filter '^HabitTests\.' && \
	  DEPOSITWATCH_ALONE=1 swift test --skip-build --no-parallel --filter 'OutageTests|ManyEndpointTests'; } 2>&1 | tee .build/tests.log || { \
	  echo "What failed, once more:"; grep -aE '^✘|error: |Fatal error' .build/tests.log | cut -c 1-400; exit 1; }
	cd Tests/RealNodes && $(PYTHON) -m unittest && $(PYTHON) kill_test.py --seed $${SEED:-1} && \
	  $(PYTHON) oracle_test.py --chain both --seed $${SEED:-1}

worlds: release ## Simulated worlds, of faults and of nodes that lie: SEEDS=2000 of each, checked against oracles
	simulate="$$(swift build -c release --show-bin-path)/depositwatch simulate --seeds $${SEEDS:-2000} --first $${SEED:-1}" && \
	  $$simulate && $$simulate --adversary --blocks 200

mutants: setup ## Breaks the product in every listed way: the worlds, or the named suites, must notice each
	Tests/Mutants/run.py

sanitize: thread address ## The suites under both sanitizers; a report fails them
thread address: nodes
	Tests/Sanitizers/run $@

build: setup
	swift build --product depositwatch

release: setup
	swift build -c release --product depositwatch

lint: swift
	swift format lint --strict --recursive Sources Tests Package.swift

fuzz: setup ## A decoder under EXECUTIONS changed inputs: FUZZ=TARGET:SEED, the targets are in Tests/FuzzTests
	swift build --build-tests
	DEPOSITWATCH_FUZZ=$(FUZZ) DEPOSITWATCH_FUZZ_EXECUTIONS=$(EXECUTIONS) swift test --skip-build --filter FuzzTests

# What the tests against live nodes need: a litecoind, and an EVM from PyPI in an environment of its own.
nodes: setup
	@$(call install,$(NODE_PACKAGES))
	@test -x $(PYTHON) || python3 -m venv .build/python
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check -r Tests/RealNodes/requirements.txt

setup: swift
	@$(call install,$(PACKAGES))

swift:
	@command -v swift >/dev/null || { echo "depositwatch needs Swift 6.3 or newer: install it from https://www.swift.org/install and put it on your PATH."; exit 1; }
	@version=$$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9]*\.[0-9]*\).*/\1/p' | head -n 1); \
	case "$$version" in ''|[0-5].*|6.[0-2]) \
	  echo "depositwatch needs Swift 6.3 or newer, but this is Swift $$version: install a newer one from https://www.swift.org/install."; exit 1;; esac
