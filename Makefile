# `make book` builds the book, `make test` checks all of it; both set up what they need in .venv.
# The same steps in plain commands: README.md. Python 3.11 to 3.13; choose one by PYTHON=python3.12.

PYTHON ?= python3
BIN := .venv/bin
NOTEBOOKS := $(wildcard book/*.ipynb)
HTML := _build/html/index.html
SOURCES := _config.yml _toc.yml tools/build_live.py $(shell find book dlnotes -type f \
	-not -path '*/__pycache__/*' -not -path '*/.ipynb_checkpoints/*')

# The book's matrices are small: more threads would mostly wait for each other.
export OPENBLAS_NUM_THREADS ?= 1

.PHONY: help book test serve pdf lab notebooks lint format requirements clean
.DELETE_ON_ERROR:

help:  ## show these lines
	@sed -n 's/^\([a-z]*\):.*## /  make \1  \t/p' Makefile

book: $(HTML)  ## run the notebooks and build the HTML; every warning is an error
	@echo "The book is built. Open $(CURDIR)/_build/html/index.html, or run 'make serve'."

test: $(HTML)  ## run every check: formulas, gradients, exercises, notebooks, the built pages
	$(BIN)/python -m pytest -m "not alone" --numprocesses=auto --dist=loadfile
	$(BIN)/python -m pytest -m alone tests

serve: $(HTML)  ## show the book at http://127.0.0.1:8000, its code live
	$(BIN)/python tools/serve.py

pdf: $(HTML)  ## print the whole book as one PDF; needs a Chromium
	$(BIN)/python tools/make_pdf.py

lab: .venv/ready  ## open the notebooks in JupyterLab
	$(BIN)/jupyter lab book

notebooks: .venv/ready  ## run the notebooks and store their outputs, after editing a page
	$(BIN)/python tools/run_notebooks.py $(NOTEBOOKS)

lint: .venv/ready  ## check the style of the code
	$(BIN)/ruff check
	$(BIN)/ruff format --check

format: .venv/ready  ## mend the style of the code
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

requirements: .venv/ready  ## compile requirements.txt from pyproject.toml
	$(BIN)/python tools/compile_requirements.py

clean:  ## remove the built book and .venv
	rm -rf _build .venv

.venv/ready: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; (3, 11) <= v <= (3, 13) or sys.exit( \
		"dlnotes wants Python 3.11 to 3.13, %s is %d.%d: say make PYTHON=python3.12, or the like" \
		% (sys.executable, *v))'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

# What was built before goes first: a page that fails must not leave its older self behind.
$(HTML): .venv/ready $(SOURCES)
	rm -rf _build/html _build/.doctrees
	$(BIN)/python tools/build_live.py
	$(BIN)/jupyter-book build . --all -n -W --keep-going
	@for page in $$(sed -n 's/^root: //p; s/.*file: //p' _toc.yml); do \
		test -s _build/html/$$page.html || { echo "make book: $$page.html is missing"; exit 1; }; \
	done
