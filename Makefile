# Paydesk: the few things to do with it. `make help` lists them.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
DATA   ?= .demo
PIP    := $(BIN)/python -m pip --disable-pip-version-check --quiet install

.DEFAULT_GOAL := help
.PHONY: help run test check audit format snapshots screenshots keys bench faults lock clean

help: ## list these targets
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Paydesk needs Python 3.11 or newer: make PYTHON=/path/to/python3.11"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/run.done: requirements/run.txt pyproject.toml | $(VENV)/bin/python
	@echo "Setting up Paydesk in $(VENV) (once; needs the network) …"
	@$(PIP) --require-hashes -r requirements/run.txt
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/dev.done: requirements/dev.txt $(VENV)/run.done
	@echo "Setting up the tools for tests and checks …"
	@$(PIP) --require-hashes -r requirements/dev.txt
	@touch $@

run: $(VENV)/run.done ## set up everything and open the desk on a demo clinic with the sandbox
	@$(BIN)/paydesk demo --data $(DATA)

test: $(VENV)/dev.done ## set up everything and run all tests
	$(BIN)/python -m pytest -q -n auto -m "not slow"

check: $(VENV)/dev.done ## style, types, layers, unused code and dependencies, known kinds of holes
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/vulture
	$(BIN)/bandit --quiet --recursive --configfile pyproject.toml store sync tui
	$(BIN)/deptry .

audit: ## ask whether a hole is known in anything we depend on; needs the network
	$(PYTHON) -m venv $(VENV)-audit
	@$(VENV)-audit/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes \
		-r requirements/audit.txt
	$(VENV)-audit/bin/pip-audit --strict --disable-pip --require-hashes -r requirements/run.txt -r requirements/dev.txt

format: $(VENV)/dev.done ## put the code in the house's format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

snapshots: $(VENV)/dev.done ## renew what the tests expect the screens to show; look at the difference
	PAYDESK_SNAPSHOTS=renew $(BIN)/python -m pytest -q tests/tui/test_snapshots*.py

screenshots: $(VENV)/run.done ## draw the main screens to docs/ from the demo clinic
	$(BIN)/python -m tui.screenshots docs/screens

keys: $(VENV)/run.done ## renew the tables of keys in docs/desk
	@$(BIN)/python -m tui.key_tables docs/desk

bench: $(VENV)/dev.done ## measure the desk against its peers; BENCH=full with a million clients
	@$(BIN)/python -m tests.benchmarks

faults: $(VENV)/dev.done ## prove that no cut, crash or race loses or doubles anything; ONLY="kills cuts" runs some
	@$(BIN)/python -m tests.faults $(ONLY)

lock: $(VENV)/bin/python ## pin every dependency with its hashes
	$(PIP) uv
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header \
		--upgrade pyproject.toml --extra build --output-file requirements/run.txt
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header \
		--upgrade pyproject.toml --extra build --extra dev --output-file requirements/dev.txt
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header \
		--upgrade pyproject.toml --extra audit --output-file requirements/audit.txt

clean: ## remove what make made (not the demo clinic)
	rm -rf $(VENV) $(VENV)-audit .mypy_cache .ruff_cache .pytest_cache .import_linter_cache build *.egg-info
