"""Tests of the room `read_models`."""
