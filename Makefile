# What one does here, by name: make help

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.installed
PIP    := $(BIN)/python -m pip install --disable-pip-version-check --quiet --constraint constraints.txt
WORKERS := $(shell n=$$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1); expr $$n + 1)
PYTEST := $(BIN)/python -m pytest --numprocesses $(WORKERS) --maxprocesses 4 --dist loadfile --no-loadscope-reorder
BABEL  := $(BIN)/python -m babel.messages.frontend
LOCALES := src/aliqa/foundations/locale
SLOW   := heldout or slow or browser or kill or postgres or ray or model or llm

.PHONY: help run index test test-fast test-heldout fuzz lint fix audit sbom package screenshots tour bench train-reader fit-pairs fit-kinds clean lint-page messages

help:  ## this list
	@sed -n 's/^\([a-z-]*\):.*##  *\(.*\)/\1\t\2/p' $(MAKEFILE_LIST) | awk -F '\t' '{printf "make %-14s %s\n", $$1, $$2}'

run: $(READY)  ## set everything up, index corpus/, serve the page and the API
	$(BIN)/python ui.py

index: $(READY)  ## index corpus/
	$(BIN)/aliqa index

test-fast: $(READY)-dev  ## the tests to run while working: no browser, database, cluster or neural network
	$(PYTEST) -m "not ($(SLOW))"

test: $(READY)-dev  ## every test that does not score held-out sets
	$(PYTEST)

test-heldout: $(READY)-dev  ## scores on sets that nothing was fitted to, and many more kills; for releases
	KILLS=200 DAY_HOURS=8 $(PYTEST) -m "heldout or kill"

fuzz: $(READY)-dev  ## 2,000 requests and more made from the API's document
	SCHEMATHESIS_CASES=2000 $(BIN)/python -m pytest tests/integration/test_openapi.py

lint: $(READY)-dev  ## style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

lint-page:  ## style of the page's modules (needs node)
	npx --yes oxlint@1.94.0 src/aliqa/doors/page/static

messages: $(READY)-dev  ## gather what aliqa says to people into the catalogues of its languages, to be translated
	mkdir -p build
	$(BABEL) extract -F tools/babel.cfg --add-location=file --no-wrap --project=aliqa --version=$(shell sed -n 's/^version = "\(.*\)"/\1/p' pyproject.toml) -o build/aliqa.pot src
	$(BABEL) update -i build/aliqa.pot -D aliqa -d $(LOCALES) --no-wrap --no-fuzzy-matching --ignore-obsolete

fix: $(READY)-dev  ## mend what the linter can mend by itself
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

audit: $(READY)-dev  ## known holes in what aliqa is made of (asks a database on the internet)
	$(PIP) pip-audit
	$(BIN)/pip-audit --skip-editable

sbom: $(READY)-dev  ## dist/sbom.json: what aliqa is made of, in CycloneDX, with known holes (asks the same database)
	$(PIP) pip-audit
	mkdir -p dist
	$(BIN)/pip-audit --skip-editable --format cyclonedx-json --output dist/sbom.json

package:  ## build dist/, and try the wheel in an empty environment
	sh tools/try-package.sh $(PYTHON)

tour: $(READY)-dev  ## write docs/tour.md anew: questions of every kind, and what is answered
	$(BIN)/python -m tools.tour

screenshots: $(READY)-dev  ## the pictures in docs/images
	$(BIN)/python -m tools.screenshots

bench: $(READY)  ## measure aliqa beside its peers: SET=name BENCH=options
	$(BIN)/python -m benchmarks.compare --publish $(if $(SET),--set $(SET)) $(BENCH)

train-reader: $(READY)-dev  ## train the span reader: DATA=folder RUN=folder CALIBRATE=folder
	$(BIN)/python training/train_reader.py --data $(DATA) --out $(RUN)
	$(BIN)/python training/pack_reader.py --run $(RUN)
	$(BIN)/python training/fit_reading.py --train $(DATA) --calibrate $(CALIBRATE)
	$(BIN)/python training/fit_introducing.py --train $(DATA)

fit-pairs: $(READY)-dev  ## fit what tells who differs
	$(BIN)/python training/fit_pairs.py
	$(BIN)/python training/fit_pair_kinds.py

fit-kinds: $(READY)-dev  ## fit what tells the kinds of questions
	$(BIN)/python training/fit_kinds.py
	$(BIN)/python training/fit_meaning.py

clean:  ## remove what make made, but for the index
	rm -rf $(VENV) .bench dist .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV) || (sh tools/system-packages.sh python3-venv && $(PYTHON) -m venv $(VENV))
	$(PIP) torch==2.13.0 --editable .
	touch $@

$(READY)-dev: $(READY)
	$(PIP) torch==2.13.0 --editable '.[dev]'
	command -v chromium >/dev/null || sh tools/system-packages.sh chromium fonts-dejavu-core fonts-noto-cjk || \
	    echo "Chromium could not be installed: the tests of the page will be skipped."
	touch $@
