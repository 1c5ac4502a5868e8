# The tasks of a day's work: `make` lists them. Each is one line, so that it can be run without make as well.
.DEFAULT_GOAL := help
.PHONY: help check lint format types wheel site tests tests-all layers mesa-next answer documents ci hooks

help:  ## list the tasks
	@grep -E '^[a-z-]+:.*##' Makefile | sed -E 's/:[^#]*##/\t/' | expand -t 12

check: lint format types tests  ## what a commit needs: lint, format, types, quick tests

lint:  ## rules of style
	uv run ruff check .

format:  ## layout; the task fails where `uv run ruff format .` would change a file
	uv run ruff format --check .

types:  ## types, on an installed copy
	bash .ci/types

wheel:  ## the wheel, in build/wheel
	uv build --wheel --quiet --out-dir build/wheel

layers:  ## what may import what, after types
	bash .ci/layers

mesa-next:  ## the tests of Mesa's ways under its next version
	bash .ci/mesa-next

site:  ## the documentation site, in build/site/html
	bash .ci/site

tests:  ## the quick tests
	uv run pytest

tests-all:  ## all tests, as CI runs them
	CI=true uv run pytest

answer:  ## the answer in README.md and docs/answer.md, and the picture
	bash .ci/answer

documents:  ## the tables of the pages, with the results behind them
	bash .ci/documents

hooks:  ## have git run the checks of .pre-commit-config.yaml
	uvx pre-commit install --hook-type pre-commit --hook-type pre-push

ci:  ## everything that must pass, on a new machine too
	bash .ci/run
