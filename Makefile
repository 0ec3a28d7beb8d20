# Two commands do everything on a fresh machine with Python 3.11+ and make: `make chat` and `make test`.
PYTHON ?= python3
BIN := .venv/bin
# Narrow PYTEST_ARGS for one test: make test PYTEST_ARGS="tests/test_group.py -k silent"
PYTEST_ARGS ?=

.PHONY: chat run test coverage lint check evaluate benchmark lock clean

chat: .venv/run  ## Talk to the bot in this terminal
	@$(BIN)/python -m bot chat

run: .venv/run  ## Serve Telegram (needs TELEGRAM_BOT_TOKEN)
	@$(BIN)/python -m bot run

test: lint check  ## Everything that must hold before a change lands
	$(BIN)/python -m pytest $(PYTEST_ARGS)

coverage: .venv/dev  ## The same tests, twice as slow: which lines they reach
	$(BIN)/python -m pytest --cov

lint: .venv/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

check: .venv/dev  ## The knowledge base alone: every problem as path:line: problem
	$(BIN)/python -m content check

evaluate: .venv/run  ## How well questions are understood, on the project's own question set
	$(BIN)/python -m bot evaluate tests/questions/held_out.jsonl

benchmark: .venv/dev  ## Speed and memory, as ratios against a baseline in the same run
	$(BIN)/python -m tests.benchmarks

lock:  ## After a change of dependencies in pyproject.toml (needs uv)
	uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-header \
	  --no-emit-index-url pyproject.toml -o requirements.txt
	uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-header \
	  --no-emit-index-url --group dev -c requirements.txt pyproject.toml -o requirements-dev.txt

clean:
	rm -rf .venv

NEEDS := import sys; sys.version_info >= (3, 11) or sys.exit("Python 3.11 or newer is needed: make PYTHON=/path/to/it")

# A marker file per set of dependencies: made again when its lock file is newer.
.venv/run: requirements.txt
	@$(PYTHON) -c '$(NEEDS)'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

.venv/dev: requirements-dev.txt
	@$(PYTHON) -c '$(NEEDS)'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@ .venv/run
