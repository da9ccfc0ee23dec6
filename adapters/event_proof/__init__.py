"""Proves that the record is whole: a Merkle tree over its lines, signed, bundled, verified."""
