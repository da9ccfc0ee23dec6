"""Makes the paths of RFC 6962: one event is in the record, a later record grew out of an earlier.

Source: RFC 6962, 2.1.1 and 2.1.2. The verifier follows them.
"""

from collections.abc import Sequence

from adapters.event_proof.verify import Tree


def inclusion_path(index: int, leaves: Sequence[bytes]) -> list[bytes]:
    """Give the nodes that lead from the leaf at `index` (from 0) to the root."""
    if len(leaves) <= 1:
        return []
    left, right, middle = _halves(leaves)
    if index < middle:
        return [*inclusion_path(index, left), _root(right)]
    return [*inclusion_path(index - middle, right), _root(left)]


def consistency_path(old: int, leaves: Sequence[bytes]) -> list[bytes]:
    """Give the nodes that show that the tree of these leaves begins with the `old` first ones."""
    return _subproof(old, leaves, is_whole=True)


def _subproof(old: int, leaves: Sequence[bytes], *, is_whole: bool) -> list[bytes]:
    if old == len(leaves):
        return [] if is_whole else [_root(leaves)]
    left, right, middle = _halves(leaves)
    if old <= middle:
        return [*_subproof(old, left, is_whole=is_whole), _root(right)]
    return [*_subproof(old - middle, right, is_whole=False), _root(left)]


def _halves(leaves: Sequence[bytes]) -> tuple[Sequence[bytes], Sequence[bytes], int]:
    """Part at the largest power of two that is smaller than all."""
    middle = 1 << (len(leaves) - 1).bit_length() - 1
    return leaves[:middle], leaves[middle:], middle


def _root(leaves: Sequence[bytes]) -> bytes:
    tree = Tree()
    tree.extend(leaves)
    return tree.root()
