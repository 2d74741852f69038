# `make` alone says what there is. Everything runs in .venv, made from the locks.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

MADE_UP := data/synthetic
MODEL := $(wildcard src/indicators/synthetic/*)
# The made-up register is made only where the settings name it: a data holder names another.
REGISTER := $(if $(shell grep -s '^directory = "$(MADE_UP)/register"' indicators.toml),$(MADE_UP)/register/meta.json)

.PHONY: help setup setup-tests setup-docs report report-official evaluation docs lab quick test thorough attack stress bench lint format lock clean
.DEFAULT_GOAL := help

help:
	@echo "make setup    .venv with the package and what it needs"
	@echo "make report   the monthly reports of the settings, as pages and PDFs, under _site/:"
	@echo "              published figures, and a second part from the register of the settings"
	@echo "              (as they come: a made-up one, plainly marked), protected"
	@echo "make report-official   the same with the published figures alone"
	@echo "make evaluation   did the trial work: the evaluation report, under _site/reports/evaluation/"
	@echo "make docs     these pages and more, as a site: docs/_build/html/index.html"
	@echo "make lab      JupyterLab with the tutorial; LAB_ARGS=\"--no-browser\" for its own options"
	@echo "make quick    after every change: style, types and the fast tests, in a minute or two"
	@echo "make test     all tests, style and types included; TESTS=tests/unit for some of them,"
	@echo "              WORKERS=1 for fewer processes side by side than the machine has processors"
	@echo "make thorough   the generated tests with ten times the examples"
	@echo "make attack   1,000 made-up tables protected and attacked; TRIALS=100 for fewer"
	@echo "make stress   runs killed at fifty random moments, twice: takes half an hour"
	@echo "make bench    how long things take"
	@echo "make lint     style and types alone"
	@echo "make format   set the style"
	@echo "make lock     the locks anew, from pyproject.toml"
	@echo "make clean    remove what was made, .venv included; releases of a real register stay"

setup: $(VENV)/.runtime
	@$(call mended,$<)

setup-tests: setup $(VENV)/.tests
	@$(call mended,$(VENV)/.tests)

setup-docs: setup $(VENV)/.docs
	@$(call mended,$(VENV)/.docs)

# Notes what is installed in a stamp; and whatever a stamp says, installs anew what is gone since.
noted = PYTHONPATH=src $(BIN)/python -m indicators.installed remember $(1)
define mended
gone=$$(PYTHONPATH=src $(BIN)/python -m indicators.installed check $(1) | xargs); \
	if [ -n "$$gone" ]; then \
		echo "not whole in $(VENV), installed anew: $$gone"; \
		$(BIN)/python -m pip uninstall --quiet --disable-pip-version-check --yes $$gone; \
		rm -f $(1); $(MAKE) --no-print-directory $(1); \
	fi
endef

$(VENV)/.python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or newer is needed: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 2; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.runtime: $(VENV)/.python requirements.lock pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@# As pip does with what it installs; else each process of a run would do it.
	$(BIN)/python -m compileall -q src
	@$(call noted,$@)

$(VENV)/.tests: $(VENV)/.runtime requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@$(call noted,$@)

# With a kernel by the package's name, which a notebook asks for wherever it is opened.
$(VENV)/.docs: $(VENV)/.runtime requirements-docs.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-docs.lock
	$(BIN)/python -m ipykernel install --sys-prefix --name indicators --display-name indicators >/dev/null
	@# Else JupyterLab offers news from the network.
	$(BIN)/jupyter labextension disable --level=sys_prefix "@jupyterlab/apputils-extension:announcements" 2>/dev/null
	@$(call noted,$@)

$(VENV)/.bench: $(VENV)/.tests requirements-bench.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-bench.lock
	@$(call noted,$@)

report: setup $(REGISTER)
	$(BIN)/indicators report

report-official: setup
	$(BIN)/indicators report --no-register

evaluation: setup
	$(BIN)/indicators evaluation

# Nothing is asked of the network once it is set up.
docs: setup-docs
	$(BIN)/python docs/build.py

# Lab looks for news, newer versions and extensions on the network, unless it is told not to.
LAB_ARGS :=
lab: setup-docs
	JUPYTER_PREFER_ENV_PATH=1 $(BIN)/jupyter-lab notebooks/tutorial.ipynb --ServerApp.root_dir="$(CURDIR)" \
		--LabApp.news_url=None --LabApp.extension_manager=readonly \
		--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate $(LAB_ARGS)

# About the five municipalities. It takes the road of a real extract, import and all.
$(MADE_UP)/register/meta.json: $(MODEL) | setup
	$(BIN)/indicators synthesise $(MADE_UP)/extract --persons 60000 --seed 2021
	$(BIN)/indicators import $(MADE_UP)/extract $(MADE_UP)/register

# A file's tests stay in one process, for what they share; tests/conftest.py says which come first.
# A process for each processor, so its libraries have one thread; compiled tests are kept for the
# next time, whatever the environment says.
WORKERS := logical
TESTS := tests
PYTEST := env -u PYTHONDONTWRITEBYTECODE OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 \
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder

test: lint setup-docs
	$(PYTEST) $(TESTS)

quick: lint
	$(PYTEST) -q -m "not slow and not browser" tests/unit tests/spec

thorough: setup-tests
	HYPOTHESIS_PROFILE=thorough $(PYTEST) tests/generated

# Each trial is one table, or several that are out together.
TRIALS := 1000

attack: setup
	PYTHONPATH=tests $(BIN)/python -m intruder $(TRIALS)

stress: setup-tests
	INDICATORS_KILLS=50 $(BIN)/python -m pytest tests/endtoend -k random_moments

bench: $(VENV)/.bench
	$(BIN)/python benchmarks/statfin.py
	$(BIN)/python benchmarks/register.py
	$(BIN)/python benchmarks/importing.py
	$(BIN)/python benchmarks/disclosure.py
	$(BIN)/python benchmarks/notebooks.py

lint: setup-tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: setup-tests
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: setup-tests
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-strip-extras \
		--group build pyproject.toml --output-file requirements.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-strip-extras \
		--group build --group dev --constraint requirements.lock pyproject.toml --output-file requirements-dev.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-strip-extras \
		--group docs --constraint requirements-dev.lock pyproject.toml --output-file requirements-docs.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-strip-extras \
		--group bench --constraint requirements.lock pyproject.toml --output-file requirements-bench.lock

clean:
	rm -rf $(VENV) _site docs/_build .quarto build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis htmlcov .coverage
	chmod -Rf u+w data/processed data/released/made-up-* || true  # what is published is read-only
	rm -rf $(MADE_UP) reports/[0-9]* reports/evaluation reports/_work* reports/_index.md .indicators
	rm -rf data/processed/[0-9]* data/processed/evaluation* data/released/made-up-*
