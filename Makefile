# `make help` lists what can be done. Everything runs in .venv, which is made from requirements.lock.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PLAN ?= sample
PANGO := libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0

.PHONY: help report test check format lab bench evidence audit lock clean system-libraries
.DEFAULT_GOAL := help

help: ## List what can be done
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk 'BEGIN {FS = ":.*## "} {printf "  make %-8s %s\n", $$1, $$2}'

report: $(VENV)/ready system-libraries ## Set everything up, run the sample plan and say where its strategy is (PLAN=name for another)
	@$(BIN)/workforce run $(PLAN)

test: check system-libraries ## Run every check and every test
	@$(BIN)/pytest -q -n 2 --dist loadfile --no-loadscope-reorder

check: $(VENV)/ready ## Check style, types and which room imports which
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check .
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports --no-cache > $(VENV)/lint-imports.log || { cat $(VENV)/lint-imports.log; exit 1; }

format: $(VENV)/ready ## Put the code in the project's style
	@$(BIN)/ruff check --quiet --fix .
	@$(BIN)/ruff format --quiet .

lab: $(VENV)/ready ## Open the notebooks in JupyterLab
	@$(BIN)/workforce lab

bench: $(VENV)/ready system-libraries ## Time runs, the intake of staff records and the engine of staff over time against their peers
	@$(BIN)/python -m bench

# One thread each: statsmodels works on single series, which many threads only slow down.
evidence: $(VENV)/ready ## Score forecasts on published series (WORKFORCE_REALDATA=folder) and write docs/evidence.md
	@OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pipeline.evidence

audit: $(VENV)/ready ## Look the locked packages up in the database of known weaknesses (75: it could not be reached)
	@$(BIN)/python -m bench.audit

lock: $(VENV)/ready ## Work out requirements.lock again from pyproject.toml
	@$(BIN)/pip install --quiet uv
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --extra dev --generate-hashes \
	  --no-emit-index-url --no-annotate --no-header pyproject.toml --output-file requirements.lock

clean: ## Remove what runs and benchmarks have made; plans and their files stay
	rm -rf data/processed reports .venv-bench .venv-audit

$(VENV)/ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "This needs Python 3.11 or newer; $(PYTHON) is older. Try: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	@echo "Setting up (once, a minute or two) …"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	@touch $@

# The PDF needs the Pango text library. Without it the HTML is still made and the run says that the PDF was not.
system-libraries: $(VENV)/ready
	@$(BIN)/python -c 'import warnings; warnings.filterwarnings("error", message="HarfBuzz"); import weasyprint' >/dev/null 2>&1 || { \
	  if command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then apt-get update -qq && apt-get install -y -qq --no-install-recommends $(PANGO) >/dev/null; \
	  elif command -v apt-get >/dev/null && sudo -n true 2>/dev/null; then sudo apt-get update -qq && sudo apt-get install -y -qq --no-install-recommends $(PANGO) >/dev/null; \
	  elif command -v brew >/dev/null; then echo "The PDF needs Pango, and it is not here. To add it: brew install pango"; \
	  else echo "The PDF needs Pango, and it is not here. To add it: sudo apt-get install $(PANGO)"; fi; } || \
	  echo "Pango could not be installed; the HTML will be made without the PDF. To add it: sudo apt-get install $(PANGO)"
