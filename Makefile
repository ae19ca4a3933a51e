# Everything a person or CI needs. Each target installs what it needs; `make demo` and `make test` work from a fresh clone.
.DEFAULT_GOAL := help
PYTHON ?= python3
export UV_PYTHON_DOWNLOADS = never

help:  ## show the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## / — /'

setup: .venv/ready  ## leave .venv/bin/archiver

.venv/ready: pyproject.toml uv.lock .ci/setup
	@PYTHON="$(PYTHON)" sh .ci/setup
	@touch $@

.venv/assets/ready: .venv/ready .ci/assets .ci/tools
	@sh .ci/tools
	@sh .ci/assets
	@mkdir -p .venv/assets && touch $@

demo: setup  ## archive the bundled article against a small web on loopback; offline, under a minute
	@.venv/bin/archiver demo

test: setup .venv/assets/ready  ## the whole test suite, nothing skipped
	@.venv/bin/pytest -q -n 2 -m "not proof"

proof: setup .venv/assets/ready  ## the long proofs: kill loops, byte flips, injection, fuzzing (some hours; FUZZ_SECONDS=60 makes the fuzzing short)
	@HYPOTHESIS_PROFILE=searching .venv/bin/pytest -q -m proof --timeout=14400

lint: setup  ## ruff and mypy, strict
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy

bench: setup .venv/assets/ready  ## speed and memory against peers, as ratios measured in one run
	@.venv/bin/python -m benchmarks
	@.venv/bin/python -m benchmarks.reading
	@.venv/bin/python -m benchmarks.replay

clean:  ## remove the environment and what tests left
	@rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis dist

.PHONY: help setup demo test proof lint bench clean
