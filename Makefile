# Two commands matter: `make demo` and `make test`. Both make the environment they need, also on a fresh machine.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
RUNTIME := .venv/runtime.installed
DEV := .venv/dev.installed

.PHONY: install demo test test-office lint bench messages samples requirements clean

install: $(RUNTIME)

demo: $(RUNTIME)
	rm -rf demo
	$(BIN)/enblanket demo demo

test: $(DEV)
	$(BIN)/python -m pytest -n auto

# The Excel form in LibreOffice (Debian: libreoffice-calc); “make test” runs these too where soffice is there.
test-office: $(DEV)
	@command -v soffice >/dev/null || { echo "soffice is not installed: apt-get install --no-install-recommends libreoffice-calc" >&2; exit 1; }
	$(BIN)/python -m pytest tests/office

lint: $(DEV)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m exchange.form.metadata

bench: $(DEV)
	$(BIN)/python -m benchmarks

# Texts of the program: collect them, merge them into the Danish catalogue, compile it.
messages: $(DEV)
	$(BIN)/pybabel -q extract --no-wrap --no-location --sort-output --project enblanket -k _ -k translate_plural:1,2 -o .venv/enblanket.pot exchange tui
	$(BIN)/pybabel -q update --no-wrap --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date -D enblanket -l da -i .venv/enblanket.pot -d exchange/locale
	$(BIN)/pybabel -q compile -D enblanket -l da -d exchange/locale

samples: $(DEV)
	$(BIN)/python -m samples.make

requirements:
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -q requirements/runtime.in -o requirements/runtime.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -q requirements/dev.in -o requirements/dev.txt

clean:
	rm -rf .venv demo

.venv/pyvenv.cfg:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "enblanket needs Python 3.11 or later")'
	$(PYTHON) -m venv .venv

$(RUNTIME): .venv/pyvenv.cfg requirements/runtime.txt pyproject.toml
	$(PIP) install --quiet --require-hashes -r requirements/runtime.txt
	$(PIP) install --quiet --no-deps --no-build-isolation -e .
	touch $@

$(DEV): $(RUNTIME) requirements/dev.txt
	$(PIP) install --quiet --require-hashes -r requirements/dev.txt
	touch $@
