"""Lets `python -m entrypoints.cli` do what `portal` does."""

from entrypoints.cli import main

main(prog_name="portal")
