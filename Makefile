# Short verbs. Each can be run again, and each works on a machine with nothing but a Python >= 3.12.
#   make run ARGS="--paths 65536 --seed 7"      arguments for strandline run
#   make test ARGS="tests/study -x"             arguments for pytest
#   make env PYTHON=/path/to/python3.13         an interpreter of your own choice

.DEFAULT_GOAL := help
.PHONY: help run test docs notebooks env lint bench lock clean
.NOTPARALLEL:

ARGS ?=
export PYTHON
python := .venv/bin/python
made := .venv/.made
bench := .venv-bench/.made

help: ## these verbs
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

run: $(made) ## run the default study, print its verdict and write its report
	@.venv/bin/strandline run --report $(ARGS)

test: lint ## lint, types, import contract, then the tests (slow ones left out: ARGS="-m slow")
	@$(python) -m pytest --numprocesses=auto --dist=loadfile --no-loadscope-reorder $(ARGS)

docs: $(made) ## build the documentation into docs/_build/html, which opens from the disk
	@.venv/bin/sphinx-build --quiet --fail-on-warning --keep-going --fresh-env docs docs/_build/html
	@echo docs/_build/html/index.html

env: $(made) ## make .venv from requirements.lock, with .venv/bin/strandline in it

lint: $(made) ## ruff, import contract and pyright
	@.venv/bin/ruff check --quiet .
	@.venv/bin/ruff format --quiet --check .
	@.venv/bin/lint-imports --no-logo
	@.venv/bin/pyright --warnings

notebooks: $(made) ## run the scripts in notebooks/ and write their outputs (one: ARGS=notebooks/01_quickstart.py)
	@$(python) notebooks/make.py $(ARGS)

bench: $(bench) ## benchmarks against other tools (ARGS="build_out --full")
	@.venv-bench/bin/python benchmarks $(ARGS)

lock: ## resolve requirements.lock anew (needs uv)
	@uv pip compile pyproject.toml --group dev --universal --python-version 3.12 --generate-hashes --upgrade \
	    --no-header --no-emit-index-url --no-annotate --quiet --output-file requirements.lock

clean: ## remove what was built; runs/ stays
	@rm -rf .venv dist build docs/_build .pytest_cache .ruff_cache .hypothesis .import_linter_cache

$(made): requirements.lock pyproject.toml .ci/env .ci/python
	@sh .ci/env
	@touch $@

$(bench): $(made) benchmarks/requirements.lock
	@.venv/bin/python -m venv --clear .venv-bench
	@.venv-bench/bin/python -m pip --quiet --disable-pip-version-check install --require-hashes -r benchmarks/requirements.lock
	@.venv-bench/bin/python -m pip --quiet --disable-pip-version-check install --no-deps --no-build-isolation -e .
	@touch $@
