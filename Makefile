# Two commands to start with: `make demo` and `make test`. Each installs what it needs and prints what it does.
# Only Python 3.11 to 3.13 is needed; no Java, Maven, container or root.
SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
WORKERS ?= 3
IN_PARALLEL := -n $(WORKERS) --dist loadgroup --no-loadscope-reorder
export UV_PYTHON_DOWNLOADS := never
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test check quick setup up lint validate lock fuzz bench clean help

help:                ## list the targets
	@sed -n 's/^\([a-z]*\):.*## /\1: /p' Makefile

demo: setup          ## set up and run the fictional records from source to destination
	@$(BIN)/trialwire demo

test: setup          ## run every test, on a real broker, FHIR server, PostgreSQL and Airflow
	@$(BIN)/python -m pytest $(IN_PARALLEL) --durations=20

check: lint quick    ## style, types, import rules and the tests that need no server: the inner loop

quick: setup         ## the tests that need no server and no real records
	@$(BIN)/python -m pytest $(IN_PARALLEL) -q -m "not kafka and not fhir and not postgres and not airflow and not realdata"

up: setup            ## start the local stack for daily use, until Ctrl-C
	@$(BIN)/trialwire up

setup: $(VENV)/.installed   ## create the Python environment

$(VENV)/.installed: requirements.lock pyproject.toml stack/setup_environment.sh
	@PYTHON="$(PYTHON)" sh stack/setup_environment.sh $(VENV)

lint: setup          ## style, types, import rules
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/lint-imports

validate: setup      ## check records with every FHIR validator (RECORDS=folder)
	@$(BIN)/python -m trialwire.pipeline.validate.run $(RECORDS)

lock:                ## resolve the dependencies again, into requirements.lock
	@$(BIN)/python -m uv pip compile -q --universal --generate-hashes --no-annotate --no-header $(LOCK_FLAGS) \
		--group test --group lint --extra stack --group build pyproject.toml -o requirements.lock

COUNT ?= 2000
SEED ?= 1
fuzz: setup          ## mutated records through the whole path (COUNT=100000 RECORDS=folder SEED=1)
	@$(BIN)/python -m tests.fuzz.run --count $(COUNT) --seed $(SEED) $(if $(RECORDS),--records $(RECORDS))

bench: setup         ## run the benchmarks, each beside its bound
	@$(BIN)/python -m benchmarks.path && $(BIN)/python -m benchmarks.diff && $(BIN)/python -m benchmarks.mapping && $(BIN)/python -m benchmarks.eligibility

clean:               ## remove var/: state, logs and downloads of the local stack
	@[ ! -L var/postgres ] || { place=$$(readlink -f var/postgres); rm -rf "$$place" "$$place-socket"; }
	@rm -rf var
