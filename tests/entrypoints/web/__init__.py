"""Tests of the web entrypoint."""
