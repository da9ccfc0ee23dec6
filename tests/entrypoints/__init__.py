"""Tests of the room `entrypoints`."""
