"""Tests of the room `domain`."""
