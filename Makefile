# The two commands of the README, and what stands behind them. Each installs what it needs first.
.PHONY: setup demo test check bench eval eval-linkage clean

setup:  ## Nightpost in .venv, and Tor
	scripts/debian-packages tor=tor
	scripts/install

demo: setup  ## practice markets as onion services: crawled, kept, indexed, linked, exported
	.venv/bin/nightpost demo $(DEMO)

test:  ## everything, against real servers
	scripts/test $(TESTS)

check:  ## ruff, mypy, import-linter
	scripts/check

bench:  ## the benchmark ratios
	scripts/debian-packages tor=tor
	scripts/install dev
	.venv/bin/python -m benchmarks

eval:  ## how well texts are read, against labels made by reading
	scripts/install dev
	.venv/bin/python -m evaluation --ablation --categories $(EVAL)

eval-linkage:  ## how well accounts are linked: practice worlds with known truth, and the research data
	scripts/install dev
	.venv/bin/python -m evaluation.linkage $(EVAL)

clean:
	rm -rf .venv .cache demo-workspace
