"""The verifier's own mathematics, held to the vectors of the norms and to other implementations."""

import base64
import json
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.event_proof.proofs import consistency_path, inclusion_path
from adapters.event_proof.signing import NoteSigner
from adapters.event_proof.verify import (
    ORDER,
    Ed25519,
    Key,
    Tree,
    checkpoint,
    consistent,
    included,
    leaf_hash,
    node_hash,
    opened,
    verify_proof,
)

RFC_8032 = """\
TEST 1
key d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a
signature e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155
signature 5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b
TEST 2
key 3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c
message 72
signature 92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da
signature 085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00
TEST 3
key fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025
message af82
signature 6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac
signature 18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a
TEST SHA(abc)
key ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf
message ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a
message 2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f
signature dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b589
signature 09351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704
"""
"""Test vectors of RFC 8032, 7.1."""

LEAVES = [  # the reference tree of RFC 6962's authors (certificate-transparency)
    bytes.fromhex(leaf)
    for leaf in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
HASHES = [leaf_hash(b"line %d" % number) for number in range(70)]


def _vectors() -> list[tuple[Ed25519, bytes, bytes]]:
    """Read the vectors: a key, a message and its signature each."""
    read = []
    for test in RFC_8032.split("TEST ")[1:]:
        parts = [line.split() for line in test.splitlines()[1:]]
        values = [
            bytes.fromhex("".join(value for name, value in parts if name == wanted))
            for wanted in ("key", "message", "signature")
        ]
        read.append((Ed25519(values[0]), values[1], values[2]))
    return read


VECTORS = _vectors()


@pytest.mark.parametrize("vector", VECTORS)
def test_the_signatures_of_rfc_8032_hold(vector: tuple[Ed25519, bytes, bytes]) -> None:
    key, message, signature = vector
    assert key.has_signed(message, signature)


@pytest.mark.parametrize("vector", VECTORS)
@pytest.mark.parametrize("bit", [0, 255, 256, 511])
def test_a_signature_with_one_bit_changed_does_not_hold(
    vector: tuple[Ed25519, bytes, bytes], bit: int
) -> None:
    key, message, signature = vector
    flipped = bytearray(signature)
    flipped[bit // 8] ^= 1 << bit % 8
    assert not key.has_signed(message, bytes(flipped))
    assert not key.has_signed(message + b"x", signature)


def test_a_signature_whose_scalar_is_not_reduced_does_not_hold() -> None:
    key, message, signature = VECTORS[1]
    more = int.from_bytes(signature[32:], "little") + ORDER
    assert not key.has_signed(message, signature[:32] + more.to_bytes(32, "little"))


@settings(max_examples=10, deadline=None)
@given(seed=st.binary(min_size=32, max_size=32), message=st.binary(max_size=200))
def test_what_another_implementation_signs_holds(seed: bytes, message: bytes) -> None:
    private = Ed25519PrivateKey.from_private_bytes(seed)
    key = Ed25519(private.public_key().public_bytes_raw())
    assert key.has_signed(message, private.sign(message))
    assert not key.has_signed(message, private.sign(message + b"."))


@pytest.mark.parametrize("size", range(9))
def test_the_roots_are_those_of_rfc_6962s_reference(size: int) -> None:
    tree = Tree()
    tree.extend([leaf_hash(leaf) for leaf in LEAVES[:size]])
    assert tree.root().hex() == ROOTS[size]


def _defined(leaves: list[bytes]) -> bytes:
    """The tree as RFC 6962, 2.1 defines it."""
    if len(leaves) < 2:
        return leaves[0] if leaves else sha256(b"").digest()
    middle = 1
    while middle * 2 < len(leaves):
        middle *= 2
    return node_hash(_defined(leaves[:middle]), _defined(leaves[middle:]))


@settings(deadline=None)
@given(parts=st.lists(st.integers(0, 30), max_size=6))
def test_a_tree_that_grows_in_parts_is_the_one_that_is_defined(parts: list[int]) -> None:
    tree, leaves = Tree(), [leaf_hash(b"%d" % number) for number in range(sum(parts))]
    for part in parts:
        tree = Tree(tree.size, tree.peaks)
        tree.extend(leaves[tree.size : tree.size + part])
    assert tree.root() == _defined(leaves)


def test_peaks_that_do_not_fit_the_size_are_refused() -> None:
    with pytest.raises(ValueError, match="zip"):
        Tree(3, [b"one"])


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 9, 33, 64, 70])
def test_every_event_is_proven_to_be_included_and_only_where_it_is(size: int) -> None:
    leaves = HASHES[:size]
    root = _defined(leaves)
    for index in range(size):
        path = inclusion_path(index, leaves)
        assert included(index, size, leaves[index], path) == root
        assert included(index, size, leaf_hash(b"another"), path) != root
        assert included(index + 1, size, leaves[index], path) != root
        assert included(index, size, leaves[index], [*path, root]) != root


@pytest.mark.parametrize("size", [2, 3, 7, 8, 9, 33, 64, 70])
def test_every_earlier_record_is_proven_to_be_the_beginning(size: int) -> None:
    leaves = HASHES[:size]
    root = _defined(leaves)
    for old in range(1, size):
        was, path = _defined(leaves[:old]), consistency_path(old, leaves)
        assert consistent(old, size, was, path) == (was, root)
        rewritten = _defined([leaf_hash(b"another"), *leaves[1:old]])
        assert consistent(old, size, rewritten, path) != (rewritten, root)
        assert consistent(old, size, was, path[:-1]) != (was, root)


SIGNER = NoteSigner("portal.example/record", bytes(range(32)))
KEY = Key(SIGNER.verifier_key)


def test_the_example_of_the_signed_note_format_opens() -> None:
    key = Key("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    note = (
        "If you think cryptography is the answer to your problem,\n"
        "then you don't know what your problem is.\n"
        "\n"
        "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvq"
        "fqdngotpRZb6KE6RyyBwJnAM=\n"
    )
    assert opened(note, [key])[1] == "then you don't know what your problem is."


def test_a_checkpoint_says_what_was_signed() -> None:
    read = checkpoint(SIGNER.checkpoint(7, b"r" * 32), [KEY], "here")
    assert (read.size, read.root) == (7, b"r" * 32)


@pytest.mark.parametrize(
    "spoilt",
    [
        lambda note: note.replace("\n7\n", "\n8\n"),
        lambda note: note.replace("\n7\n", "\n07\n"),
        lambda note: note.replace("portal", "other"),
        lambda note: note[:-1],
        lambda note: note + "\n",
        lambda note: note.replace("\n\n", "\n"),
        lambda note: note.replace("— ", "- "),
        lambda _: SIGNER.sign("portal.example/other", "7", "cg=="),
        lambda _: SIGNER.sign("portal.example/record", "7"),
        lambda _: SIGNER.sign("portal.example/record", "-7", "cg=="),
        lambda _: NoteSigner("portal.example/record", b"x" * 32).checkpoint(7, b"r" * 32),
        lambda _: "",
    ],
)
def test_a_checkpoint_that_was_not_signed_so_is_refused(spoilt: object) -> None:
    note = SIGNER.checkpoint(7, b"r" * 32)
    with pytest.raises(ValueError):  # noqa: PT011 - whatever is wrong with it
        checkpoint(spoilt(note), [KEY], "here")  # type: ignore[operator]


@pytest.mark.parametrize("written", ["", "name", "name+00000000+AQ==", SIGNER.verifier_key[:-8]])
def test_a_key_that_is_none_is_refused(written: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the same
        Key(written)


def test_a_signers_name_has_no_plus_sign() -> None:
    with pytest.raises(ValueError, match="plus"):
        NoteSigner("a+b", bytes(32))


def _proof(**more: object) -> dict[str, object]:
    lines = [b'{"position":%d,"state":{}}' % position for position in range(1, 8)]
    leaves = [leaf_hash(line) for line in lines]
    path = [base64.b64encode(node).decode() for node in inclusion_path(4, leaves)]
    note = SIGNER.checkpoint(7, _defined(leaves))
    proof = {"line": lines[4].decode(), "hashes": path, "checkpoint": note} | more
    return json.loads(json.dumps(proof))


def test_the_proof_of_one_event_says_which() -> None:
    assert verify_proof(_proof(), [KEY]).startswith("Event 5 stands in the record of 7 events")


def test_the_proof_of_an_altered_event_fails() -> None:
    with pytest.raises(ValueError, match="event 5 is not in the record"):
        verify_proof(_proof(line='{"position":5,"state":{"a":1}}'), [KEY])
