# Each target sets up what it needs by itself, and once: a second run starts at once. `make help` lists them.
SHELL := bash
PYTHON ?= python3
PORT ?= 8501
# On a plain CPU the page needs no torch. It comes where a GPU would use it, or with TORCH=1.
GPU := $(wildcard /proc/driver/nvidia/version /dev/dxg)$(filter Darwin-arm64,$(shell uname -s)-$(shell uname -m))
TORCH ?= $(if $(GPU),1)

ENV := .venv
BIN := $(ENV)/bin
APP := $(ENV)/installed-app$(if $(filter 1,$(TORCH)),-torch)
DEV := $(ENV)/installed-dev

# $(call need,COMMAND THAT TELLS,DEBIAN PACKAGE,WHAT TO DO ELSEWHERE)
define need
@$(1) >/dev/null 2>&1 || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null \
  && apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -yqq --no-install-recommends $(2); } \
  || { echo >&2 "$(2) is missing: sudo apt-get install $(2) on Debian or Ubuntu; elsewhere $(3)"; exit 1; }
endef

.PHONY: help app test check train

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /make \1@/p' Makefile | column -t -s @

app: $(APP) ## start the page (PORT=8501; TORCH=1 also installs torch)
	@exec $(BIN)/streamlit run app.py --server.port $(PORT)

test: $(DEV) ## run all tests, also those in a real browser
	$(call need,$(BIN)/python tests/browser/chromium.py,chromium,run $(BIN)/playwright install chromium)
	$(BIN)/python -m pytest

check: $(DEV) ## run what every commit must pass beside the tests: ruff and mypy
	$(BIN)/pre-commit run --all-files

train: $(DEV) ## train the bundled network anew
	$(BIN)/digit-detector fit --config configs/train.yaml

$(BIN)/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo >&2 "Python 3.11 or newer is needed; name one: make PYTHON=python3.11"; exit 1; }
	$(call need,$(PYTHON) -c 'import ensurepip',python3-venv,install Python's venv module)
	$(PYTHON) -m venv --clear $(ENV)

$(ENV)/installed-app: pyproject.toml | $(BIN)/pip
	$(BIN)/pip install --quiet --editable .
	@touch $@

$(ENV)/installed-app-torch: pyproject.toml | $(BIN)/pip
	$(BIN)/pip install --quiet --editable '.[torch]'
	@touch $@

$(DEV): pyproject.toml requirements.txt packaging/opencv-python/pyproject.toml | $(BIN)/pip
	$(BIN)/pip install --quiet --requirement requirements.txt
	@touch $@
