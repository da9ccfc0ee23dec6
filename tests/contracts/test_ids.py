"""What everything that makes ids and secrets promises."""

import re

import pytest

from adapters.ids import RandomIds
from adapters.memory.ids import CountedIds
from application.ports.ids import CROCKFORD, Ids

URL_SAFE = re.compile(r"[A-Za-z0-9_-]+")


@pytest.fixture(params=[CountedIds, RandomIds])
def ids(request: pytest.FixtureRequest) -> Ids:
    made: Ids = request.param()
    return made


def test_1_ids_are_new_uuids_of_version_7(ids: Ids) -> None:
    made = [ids.uuid7() for _ in range(1000)]
    assert {one.version for one in made} == {7}
    assert {one.variant for one in made} == {"specified in RFC 4122"}
    assert len(set(made)) == 1000


def test_2_later_ids_sort_after_earlier_ones(ids: Ids) -> None:
    made = [ids.uuid7() for _ in range(1000)]
    assert made == sorted(made)


@pytest.mark.parametrize("bits", [128, 256, 250])
def test_3_a_secret_has_room_for_its_bits_and_is_safe_in_a_url(ids: Ids, bits: int) -> None:
    secret = ids.secret(bits)
    assert len(secret) * 6 >= bits
    assert URL_SAFE.fullmatch(secret)


def test_4_a_code_is_eight_characters_that_can_be_read_aloud(ids: Ids) -> None:
    code = ids.code()
    assert len(code) == 8
    assert set(code) <= set(CROCKFORD)


def test_5_secrets_and_codes_differ_each_time(ids: Ids) -> None:
    assert len({ids.secret(256) for _ in range(1000)}) == 1000
    assert len({ids.code() for _ in range(1000)}) == 1000
