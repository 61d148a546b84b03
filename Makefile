# Một Cửa. `make` shows what there is.
.DEFAULT_GOAL := help
PY := .venv/bin/python
.PHONY: help setup demo serve test check fix card confidence reader docs bench bench-archive nightly-archive bench-agencies soak reader-land template verify-template costs restore-drill lock package verify-package rehearse verify-operations clean

help: ## Show these targets
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: .venv/ready ## Make the virtual environment with all that is needed

.venv/ready: requirements.txt requirements-dev.txt pyproject.toml
	@python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed."; exit 1; }
	@python3 -m venv .venv || { echo "Run: sudo apt-get install python3-venv"; exit 1; }
	@$(PY) -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@$(PY) -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

demo: setup ## Walk the linked birth of a child from three photographs to three agencies
	@.venv/bin/motcua demo

serve: setup ## Start API, pages and workers on http://127.0.0.1:8000; stays up
	@.venv/bin/motcua serve

test: setup check ## Everything that must hold: format, lint, types, layers, tests
	@OMP_THREAD_LIMIT=1 $(PY) -m pytest -n 2 --dist loadfile

check: setup ## Format, lint, types and import layers only; changes nothing
	@.venv/bin/ruff format --check --quiet . && .venv/bin/ruff check --quiet .
	@.venv/bin/mypy
	@.venv/bin/lint-imports --no-logo

fix: setup ## Put format and simple lint right
	@.venv/bin/ruff format . && .venv/bin/ruff check --fix .

card: setup ## Read unseen seeds and write docs/accuracy.md
	@OMP_THREAD_LIMIT=1 $(PY) -m tests.card

confidence: setup ## Read tuning seeds (FROM=0 MINUTES=48) and fit schemas/confidence.json: curves and proven thresholds
	@OMP_THREAD_LIMIT=1 $(PY) -m tests.fit_confidence --from $(or $(FROM),0) --minutes $(or $(MINUTES),48)

READER = PYTHONPATH=. var/reader/venv/bin/python -m training.reader

reader: ## Train our own reader of values from nothing to weights (MINUTES=80; SMOKE=1: a tiny one in 3 minutes)
	@python3 -m venv var/reader/venv
	@var/reader/venv/bin/pip install --quiet --disable-pip-version-check -r training/requirements.txt
ifdef SMOKE
	@READER_CACHE=$$(mktemp -d) $(READER).smoke
else
	@$(READER).fonts
	@nice -n 10 env $(READER).packs 0 $(or $(PACKS),150) 2
	@nice -n 10 env $(READER).train --minutes $(or $(MINUTES),80) --processes 2
	@$(MAKE) --no-print-directory reader-land
endif

reader-land: ## Land the reader's last checkpoint: weights, curve, tables of docs/reader.md (LINES=1000)
	@$(READER).export
	@$(READER).curve docs/reader-curve.png
	@OMP_THREAD_LIMIT=1 $(READER).measure --lines $(or $(LINES),1000)

docs: setup ## Write the generated pages: journey, errors, procedures
	@$(PY) -m tests.write_docs

bench: setup .venv-bench/ready ## Speed, memory and truth, beside plain Tesseract, OCRmyPDF and kreuzberg; the finder too
	@OMP_THREAD_LIMIT=1 $(PY) -m tests.bench
	@$(PY) -m tests.bench_finder

.venv-bench/ready: requirements-bench.txt
	@python3 -m venv .venv-bench
	@.venv-bench/bin/pip install --quiet --disable-pip-version-check -r requirements-bench.txt
	@touch $@

bench-archive: setup .venv-bench/ready ## Bulk: pool, memory, PDFs, OCRmyPDF, 20 kills, search over 1,000,000 entries; writes a page
	@OMP_THREAD_LIMIT=1 $(PY) -m tests.bench_archive $(ARGS)

nightly-archive: setup ## 2,000 drawn pages and all sample pages to their report, killed 20 times on the way
	@OMP_THREAD_LIMIT=1 $(PY) -m tests.bench_archive --nightly $(ARGS)

bench-agencies: setup ## Deliveries per second to 200 endpoints, against the bare HTTP client in the same run
	@$(PY) -m tests.soak.bench_agencies

soak: setup ## A day with one agency dead and one hanging: nothing lost, the healthy one not slowed
	@$(PY) -m tests.soak.agencies

costs: setup ## Count what 4 dossiers of 4 pages make AWS charge for, live a peak day, write docs/costs.md
	@OMP_THREAD_LIMIT=1 $(PY) -m tests.count_costs 4

restore-drill: setup ## Harm stored dossiers on moto, put them right, write what was lost into docs/recovery.md
	@$(PY) -m tests.upkeep.drill

template: setup ## Write the AWS templates of the three stages into build/template/STAGE/sam.json
	@for stage in dev staging prod; do $(PY) -m infra.template $$stage build/template/$$stage || exit 1; done

verify-template: template .venv-infra/ready ## cfn-lint and checkov on the templates, before and after SAM
	@.venv-infra/bin/python infra/verify.py build/template/dev build/template/staging build/template/prod

.venv-infra/ready: requirements-infra.txt
	@python3 -m venv .venv-infra
	@.venv-infra/bin/pip install --quiet --disable-pip-version-check -r requirements-infra.txt
	@touch $@

PACKAGE = .venv-package/bin/python -m infra.package
SHIPPED = $(shell git ls-files app.py chalicelib schemas infra/package infra/lambda infra/functions.py)

.venv-package/ready: requirements-package.txt
	@python3 -m venv .venv-package
	@.venv-package/bin/python -m pip install --quiet --disable-pip-version-check -r requirements-package.txt
	@touch $@

lock: .venv-package/ready ## Pin the functions' wheels anew, by hash, out of requirements.txt
	@$(PACKAGE).locks

package: template .venv-package/ready ## What a city deploys: two zips (arm64), templates and bills of materials in build/package
	@$(PACKAGE).build arm64

build/package/x86_64.built: .venv-package/ready $(SHIPPED)
	@$(PACKAGE).build x86_64 && touch $@

LAMBDA_PYTHON = $(shell python3 -m infra.package.pythons)

.venv-lambda/ready: requirements-lambda.txt
	@$(LAMBDA_PYTHON) -m venv .venv-lambda
	@.venv-lambda/bin/pip install --quiet --disable-pip-version-check -r requirements-lambda.txt
	@touch $@

.venv-stack/ready: requirements-stack.txt
	@$(LAMBDA_PYTHON) -m venv .venv-stack
	@.venv-stack/bin/pip install --quiet --disable-pip-version-check -r requirements-stack.txt
	@touch $@

verify-package: package build/package/x86_64.built .venv-lambda/ready .venv-stack/ready ## Run the zips' functions under Lambda's runtime client; writes docs/package.md
	@$(PY) -m infra.proof.prove

rehearse: template build/package/x86_64.built .venv-stack/ready ## The whole template on an emulator, and the demo against that stack
	@$(PY) -m infra.proof.rehearse

.venv-aws/ready: requirements-aws.txt
	@python3 -m venv .venv-aws
	@.venv-aws/bin/pip install --quiet --disable-pip-version-check -r requirements-aws.txt
	@touch $@

verify-operations: template build/package/x86_64.built .venv-stack/ready .venv-aws/ready ## docs/operations.md followed literally, command by command, on an emulator
	@$(PY) -m infra.proof.operations

clean: ## Remove what was made here, the data in var/ included
	rm -rf .venv .venv-infra .venv-package .venv-lambda .venv-stack .venv-aws var build .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
