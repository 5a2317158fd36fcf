# Everything a person needs to run, test and measure Beside; each target makes its own environment.
PYTHON ?= python3.11
VENV := .venv
BESIDE := $(VENV)/bin/beside
SYSTEM := chromium fonts-dejavu-core

.PHONY: run test soak bench check lock clean

run: $(VENV)/.made
	@$(BESIDE) serve

test: $(VENV)/.tested
	@command -v chromium >/dev/null || { echo "The tests need a browser: sudo apt-get install -y $(SYSTEM)"; exit 1; }
	@$(MAKE) --no-print-directory check
	@$(VENV)/bin/pytest

# The whole seizure drill, 10,000 hostile inputs, and 100 times kill -9 in the middle of a broadcast to 5,000.
soak: $(VENV)/.tested
	@$(BESIDE) seizure-drill --conversations 1000
	@$(VENV)/bin/python -m tests.hostile 10000
	@$(VENV)/bin/python -m tests.crash 100 5000

# Ratios in one run; the other frameworks have a lock and an environment of their own.
bench: $(VENV)/.tested $(VENV)-rivals/.made
	@RIVALS=$(VENV)-rivals/bin/python $(VENV)/bin/python -m benchmarks.webhook
	@$(VENV)/bin/python -m benchmarks.load
	@$(VENV)/bin/python -m benchmarks.inside
	@$(VENV)/bin/python -m benchmarks.statistics
	@RIVALS=$(VENV)-rivals/bin/python $(VENV)/bin/python -m benchmarks.broadcast
	@RIVALS=$(VENV)-rivals/bin/python $(VENV)/bin/python -m benchmarks.understanding --usual
	@$(VENV)/bin/python -m benchmarks.understanding --withheld
	@$(VENV)/bin/python -m benchmarks.understanding --crossed 5

$(VENV)-rivals/.made: requirements-rivals.txt
	@$(PYTHON) -m venv $(VENV)-rivals
	@$(VENV)-rivals/bin/pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements-rivals.txt
	@touch $@

check: $(VENV)/.tested
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/ruff format --check .
	@$(VENV)/bin/mypy
	@$(VENV)/bin/lint-imports --no-cache
	@$(BESIDE) check-content

$(VENV)/.made: requirements.txt pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "Beside needs Python 3.11: sudo apt-get install -y python3.11 python3.11-venv"; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { echo "Beside needs venv: sudo apt-get install -y python3-venv"; exit 1; }
	@echo "Making the environment (once; about a minute)…"
	@$(PYTHON) -m venv $(VENV)
	@$(VENV)/bin/pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.txt
	@$(VENV)/bin/pip install --quiet --disable-pip-version-check --no-deps --no-index --no-build-isolation --editable .
	@touch $@

$(VENV)/.tested: $(VENV)/.made requirements-dev.txt
	@$(VENV)/bin/pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements-dev.txt
	@touch $@

LOCK := $(VENV)/bin/uv pip compile --quiet --upgrade --generate-hashes --no-emit-index-url --no-header --no-annotate --exclude-newer "7 days" --python-version 3.11 pyproject.toml

lock: $(VENV)/.tested
	@$(LOCK) --group build --output-file requirements.txt
	@$(LOCK) --group build --group dev --constraint requirements.txt --output-file requirements-dev.txt
	@$(LOCK:pyproject.toml=) --group rivals --output-file requirements-rivals.txt

clean:
	@rm -rf $(VENV) $(VENV)-rivals
