"""``python -m desk.cli``: the command line without the console script."""

from desk.cli import main

main()
