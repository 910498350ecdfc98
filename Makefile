# make run    set everything up, index corpus/, serve the chat page and the API
# make test   run every test          make lint   style, types
# make fuzz   2,000 requests and more made from the API's document
# make index  index corpus/           make train-reader DATA=folder RUN=folder CALIBRATE=folder
# make package  build dist/, and try the wheel in an empty environment
# make screenshots  the pictures in docs/images   make lint-page  style of the page's modules (needs node)
# make bench  measure beside peers    make clean  remove what make made (not the index)

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.installed
PIP    := $(BIN)/python -m pip install --disable-pip-version-check --quiet --constraint constraints.txt

.PHONY: run test lint fuzz index bench package screenshots train-reader clean lint-page

run: $(READY)
	$(BIN)/python ui.py

index: $(READY)
	$(BIN)/aliqa index

test: $(READY)-dev
	$(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

fuzz: $(READY)-dev
	SCHEMATHESIS_CASES=2000 $(BIN)/python -m pytest tests/integration/test_openapi.py

lint: $(READY)-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

lint-page:
	npx --yes oxlint@1.94.0 src/aliqa/doors/page/static

package:
	sh tools/try-package.sh $(PYTHON)

screenshots: $(READY)-dev
	$(BIN)/python -m tools.screenshots

bench: $(READY)
	$(BIN)/python -m benchmarks.compare --publish $(if $(SET),--set $(SET)) $(BENCH)

train-reader: $(READY)-dev
	$(BIN)/python training/train_reader.py --data $(DATA) --out $(RUN)
	$(BIN)/python training/pack_reader.py --run $(RUN)
	$(BIN)/python training/fit_reading.py --train $(DATA) --calibrate $(CALIBRATE)

clean:
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
