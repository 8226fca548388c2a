# Every target sets itself up: a virtual environment in .venv, made once and installed
# anew only when pyproject.toml changes. `make PYTHON=python3.12 test` picks another Python.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet

PLAN := plans/smart-20.rate
USAGE := .ratedsl/demo.db
ACCOUNT := PT-0001
CYCLE := 2026-08

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo tui test check lint format bench setup clean

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1|\2/p' Makefile | awk -F'|' '{printf "%-14s %s\n", $$1, $$2}'

# Shows a command as one would type it, then runs it.
run = @printf '\n$$ %s\n' '$(1)' && $(BIN)/$(1)

demo: $(VENV)/installed $(USAGE) ## check and test the plans, rate a sample, print invoices
	$(call run,ratedsl check plans/)
	$(call run,ratedsl test plans/)
	$(call run,ratedsl rate $(PLAN) --usage $(USAGE) --account $(ACCOUNT) --cycle $(CYCLE))
	$(call run,ratedsl rate $(PLAN) --usage $(USAGE) --cycle $(CYCLE))

tui: $(VENV)/installed $(USAGE) ## open the app on the demo's plan and sample
	@$(BIN)/ratedsl tui $(PLAN) --usage $(USAGE)

test: $(VENV)/installed-dev ## run the tests, without the slow ones
	$(BIN)/python -m pytest -m "not slow" -n auto $(TESTS)

check: $(VENV)/installed ## check the plans and run the tests in them
	@$(BIN)/ratedsl check plans/ && $(BIN)/ratedsl test plans/

lint: $(VENV)/installed-dev ## check style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(VENV)/installed-dev ## write all Python in the house format
	$(BIN)/ruff check --fix --exit-zero --quiet .
	$(BIN)/ruff format .

bench: $(VENV)/installed-dev ## run the benchmarks
	@failed=0; for one in benchmarks/*.py; do \
	  printf '\n$$ python %s\n' "$$one"; $(BIN)/python "$$one" || failed=1; \
	done; exit $$failed

setup: $(VENV)/installed-dev ## make the virtual environment, with everything for development

clean: ## remove what these targets made
	rm -rf $(VENV) .ratedsl .pytest_cache .mypy_cache .ruff_cache .hypothesis

# The sample is remade when the code that makes it changes.
$(USAGE): $(wildcard ratedsl/usage/sample*) ratedsl/usage/schema.py | $(VENV)/installed
	@mkdir -p $(dir $@) && rm -f $@ $@-wal $@-shm
	$(call run,ratedsl usage sample --into $@)

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "ratedsl needs Python 3.11 or newer as $(PYTHON); name another: make PYTHON=python3.12 ..." >&2; \
	  exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/installed: pyproject.toml | $(BIN)/python
	$(PIP) --editable .
	@touch $@

$(VENV)/installed-dev: pyproject.toml | $(BIN)/python
	$(PIP) --editable '.[dev]'
	@touch $(VENV)/installed $@
