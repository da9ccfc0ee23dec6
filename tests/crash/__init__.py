"""Tests of the room `crash`."""
