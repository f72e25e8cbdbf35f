# Everything starts here: `make help`.

# Recipes run in bash: a failure anywhere in a line is a failure of the line.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

VENV ?= .venv
BIN := $(VENV)/bin
SAMPLE ?= shandong
# How many processes run the tests; 0 runs them in pytest's own.
JOBS ?= 2
# What narrows a test run: make test TESTS=tests/catalog
TESTS ?=
# At how many moments make test-kills kills.
KILLS ?= 50
# With how many rows make bench-publish measures memory.
BIG ?= 1000000 5000000
# How many documents make bench-search makes up.
DOCUMENTS ?= 100000

# The first Python that is new enough; `make PYTHON=/path/to/python3 ...` takes another.
ifndef PYTHON
PYTHON := $(shell for candidate in python3 python3.11 python3.12 python3.13 python3.14 python; do \
	"$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$candidate" && break; done)
endif
PYTHON_OR_STOP = $(or $(PYTHON),$(error Python 3.11 or newer was not found; install it, or run: make PYTHON=/path/to/python3))

# The tests use the embedded defaults unless these say otherwise; `make test` must not inherit them.
SERVER_VARIABLES := TEST_DATABASE_URL TEST_STORAGE_URL TEST_SEARCH_URL TEST_BROKER_URL TEST_BROWSER TEST_OFFICE TEST_R

PINS := setup.cfg pyproject.toml constraints.txt

.PHONY: help run install test test-services test-kills check bench bench-search bench-validate bench-publish bench-downloads services services-stop services-remove docs constraints clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: install ## Load the sample province, publish and measure it, and serve the portal on 127.0.0.1:5000
	$(BIN)/opendata init --sample $(SAMPLE)
	$(BIN)/opendata run
	$(BIN)/opendata coverage
	$(BIN)/opendata serve

install: $(VENV)/installed ## Make the virtual environment .venv and install the package in it

test: $(VENV)/installed-dev ## Run the tests on the embedded defaults; those that need a server skip
	env $(addprefix -u ,$(SERVER_VARIABLES)) $(BIN)/python -m pytest -n $(JOBS) --dist loadgroup $(TESTS)

test-services: $(VENV)/installed-dev ## Start the servers and run every test against them; a skip is a failure
	exports=$$($(PYTHON_OR_STOP) -m tests.services start) && eval "$$exports" && \
	$(BIN)/python -m pytest -n $(JOBS) --dist loadgroup -p tests.services.pytest_no_skips $(TESTS)

test-kills: $(VENV)/installed-dev ## kill -9 at KILLS=50 random moments of publishing (on servers: with their variables set)
	TEST_KILLS=$(KILLS) $(BIN)/python -m pytest tests/functional/test_kill_publishing.py

check: $(VENV)/installed-dev ## Style, types, layers, migrations, documentation, imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q tests/checks

bench: $(VENV)/installed-dev ## Measure the engines
	$(BIN)/python -m tests.bench

bench-search: $(VENV)/installed-dev ## Measure search on both engines (DOCUMENTS=100000)
	$(BIN)/python -m tests.bench.search $(DOCUMENTS)

bench-validate: $(VENV)/installed-dev ## Measure validation beside frictionless, a million rows (BIG="5000000 20000000" for memory)
	$(BIN)/python -m tests.bench.validate 1000000 $(if $(filter file,$(origin BIG)),,$(BIG))
	$(BIN)/python -m tests.bench.xlsx

bench-publish: $(VENV)/installed-dev ## Measure publication beside the best libraries, a million rows (BIG="5000000 20000000" for memory)
	$(BIN)/python -m tests.bench.publish 1000000 $(BIG)
	$(BIN)/python -m tests.bench.diff

bench-downloads: $(VENV)/installed-dev ## Measure downloads beside nginx: 200 MB, then 200 slow readers
	$(BIN)/python -m tests.bench.downloads

services: ## Get and start PostgreSQL, S3, Elasticsearch, Redis, a browser, an office and R; print the variables to export
	@$(PYTHON_OR_STOP) -m tests.services start

services-stop: ## Stop the servers; their data stay in var/services
	@$(PYTHON_OR_STOP) -m tests.services stop

services-remove: ## Stop the servers and delete their data
	@$(PYTHON_OR_STOP) -m tests.services remove

docs: $(VENV)/installed-dev ## Check the documentation: links, and that nothing is left out
	$(BIN)/python -m pytest -q tests/checks/test_docs.py
	@printf 'The documentation is good; its pages:\n'; printf '  %s\n' docs/*.md

constraints: $(VENV)/installed-dev ## Pin what is installed now in constraints.txt
	{ sed '/^[^#]/,$$d' constraints.txt; $(BIN)/python -m pip freeze --all --exclude pip --exclude-editable; } > constraints.new
	mv constraints.new constraints.txt
	touch $(VENV)/installed $(VENV)/installed-dev

clean: ## Remove what the tools leave; .venv and var stay
	rm -rf build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -not -path './$(VENV)/*' -prune -exec rm -rf {} +

# Stamps: an installation happens again only when what it was made from has changed.
$(VENV)/installed: $(PINS)
	test -x $(BIN)/python || $(PYTHON_OR_STOP) -m venv $(VENV)
	@echo 'Installing into $(VENV): a minute or two the first time'
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	touch $@

$(VENV)/installed-dev: $(VENV)/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	touch $@
