# What a developer or a user of a clone needs. `make help` lists it.
PYTHON ?= python3
VENV := .venv
# Windows keeps a virtual environment's programs in Scripts.
BIN := $(VENV)/$(if $(filter Windows_NT,$(OS)),Scripts,bin)
READY := $(VENV)/.ready
TOPOLOGY ?= desktop
SCENARIO ?= incident
# How many tests run at the same time, each process with labs of its own; on two cores, one more: they often wait.
WORKERS ?= 3
# Which changes to the code `make mutants` draws, and how many.
SEED ?= 1
SAMPLE ?= 200

.DEFAULT_GOAL := help
.PHONY: help setup run test scenarios kubernetes check types types-darwin types-win32 mutants bench lab format docs
.PHONY: pictures site clean

help: ## this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: $(READY) ## create .venv with everything that the other targets need

$(READY): pyproject.toml requirements/dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "stigmer-doctor needs Python 3.11 or later; name one with PYTHON=...")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements/dev.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $(READY)

run: $(READY) ## diagnose the local runner, or the recorded incident where there is none
	@$(BIN)/stigmer-doctor check --passive --select SD1 --format json --fail-on never --output $(VENV)/look.json; \
	if [ $$? -eq 3 ]; then \
	  echo "No Docker engine with an agent-runner answers here, so this is the recorded incident (fixtures/snapshots/incident.json)."; \
	  $(BIN)/stigmer-doctor check --snapshot fixtures/snapshots/incident.json --fail-on never; \
	else \
	  $(BIN)/stigmer-doctor check --fail-on never; \
	fi

test: $(READY) ## run all tests; as root on Debian or Ubuntu with the lab, which is installed first
	$(BIN)/python -m tests.lab install
	$(BIN)/python -m pytest --numprocesses $(WORKERS) --dist worksteal $(PYTEST_ARGS)

scenarios: $(READY) ## compare the doctor's verdicts with real executions: make scenarios NAMES="..."
	$(BIN)/python -m tests.lab install
	$(BIN)/python -m tests.lab scenarios --workers $(WORKERS) $(NAMES)

kubernetes: $(READY) ## compare the doctor's verdicts on pods with what is wrong there: make kubernetes NAMES="..."
	$(BIN)/python -m tests.lab install
	$(BIN)/python -m tests.lab kubernetes install
	$(BIN)/python -m tests.lab kubernetes cases $(NAMES) --workers $(WORKERS)

check: $(READY) ## format, lint, types (for Linux, macOS and Windows), layers
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(MAKE) --no-print-directory --jobs 3 types types-darwin types-win32
	$(BIN)/lint-imports

types: $(READY)
	$(BIN)/mypy

types-darwin types-win32: types-%: $(READY)
	$(BIN)/mypy --platform $* --cache-dir .mypy_cache/$* --no-warn-unreachable --package stigmer_doctor

mutants: $(READY) ## change the code in a copy, one operator at a time, and count what the tests without the lab notice
	$(BIN)/python -m tests.mutants --seed $(SEED) --sample $(SAMPLE) --workers $(WORKERS)

bench: $(READY) ## measure speed and memory on the lab
	$(BIN)/python -m tests.lab install
	$(BIN)/python -m bench

lab: $(READY) ## bring a scenario up: make lab TOPOLOGY=desktop SCENARIO=incident
	$(BIN)/python -m tests.lab install
	$(BIN)/python -m tests.lab up $(TOPOLOGY) $(SCENARIO)

format: $(READY) ## format the code and fix what ruff can fix
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

docs: $(READY) ## write the generated files again: the rule catalogue, schema, completions and pictures
	$(BIN)/python -m tests.generated

pictures: $(READY) ## what a terminal shows of four reports, in all widths and colours, in build/pictures
	$(BIN)/python -m tests.render.pictures build/pictures

site: $(READY) ## build the site of the documents and the rules in build/site/html
	$(PYTHON) -m venv $(VENV)-site
	$(subst $(VENV)/,$(VENV)-site/,$(BIN))/python -m pip install --quiet --require-hashes --requirement requirements/site.txt
	$(BIN)/python -m tests.site build/site
	$(subst $(VENV)/,$(VENV)-site/,$(BIN))/python -m mkdocs build --quiet --strict --config-file build/site/mkdocs.yml

clean: ## remove what the other targets made
	rm -rf $(VENV) $(VENV)-site build .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
