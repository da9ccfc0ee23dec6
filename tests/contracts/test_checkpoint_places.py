"""What every place for checkpoints promises; a mailbox alone cannot be looked into."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import boto3
import pytest
from moto import mock_aws

from adapters.checkpoints_folder import CheckpointsFolder
from adapters.checkpoints_mail import CheckpointsMail
from adapters.checkpoints_s3 import CheckpointsS3
from adapters.memory.checkpoint_places import MemoryCheckpointPlace
from adapters.memory.clock import SetClock
from adapters.memory.mail import MemoryMail
from application.ports.checkpoint_places import (
    CheckpointDisputed,
    CheckpointPlace,
    CheckpointPlaceUnavailable,
    CheckpointRefused,
    file_name,
)
from entrypoints.checkpoint_places import places_of
from entrypoints.settings import Settings
from tests.wiring import STARTED

NOTE = "portal.example/record\n7\nroot=\n\n— portal.example/record c2ln\n"
BUCKET, PREFIX = "evidence", "portal"


@dataclass
class Place:
    """An adapter with what a test needs around it."""

    port: CheckpointPlace
    kept: Callable[[], dict[str, str]]
    break_down: Callable[[], None]
    can_be_looked_into: bool = True


@pytest.fixture(params=["memory", "folder", "mail", "s3"])
def place(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Place]:
    if request.param == "memory":
        memory = MemoryCheckpointPlace()
        kept = lambda: {file_name(size): note for size, note in memory.notes.items()}  # noqa: E731
        yield Place(memory, kept, memory.time_out)
    elif request.param == "folder":
        yield _in_a_folder(tmp_path / "kept")
    elif request.param == "mail":
        yield _by_mail()
    else:
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            monkeypatch.setenv(name, "testing")
        monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
        with mock_aws():
            yield _in_an_object_store()


def _in_a_folder(folder: Path) -> Place:
    folder.mkdir()

    def take_it_away() -> None:
        folder.rename(folder.with_name("elsewhere"))

    return Place(
        CheckpointsFolder(folder),
        lambda: {path.name: path.read_text() for path in folder.iterdir()},
        take_it_away,
    )


def _by_mail() -> Place:
    mail = MemoryMail()
    settings = Settings(checkpoints_mail="evidence@auditor.example", mail_from="b@seller.example")
    (port,) = places_of(settings, mail, SetClock(STARTED)).values()
    assert isinstance(port, CheckpointsMail)

    def sent() -> dict[str, str]:
        return {
            file_name(int(each.subject.split()[-2])): each.text.partition("\n\n")[2]
            for each in mail.sent
        }

    return Place(port, sent, mail.time_out, can_be_looked_into=False)


def _in_an_object_store() -> Place:
    store = boto3.client("s3")
    where = {"LocationConstraint": "eu-central-1"}
    store.create_bucket(Bucket=BUCKET, CreateBucketConfiguration=where)

    def kept() -> dict[str, str]:
        listed = store.list_objects_v2(Bucket=BUCKET).get("Contents", [])
        return {
            each["Key"].removeprefix(f"{PREFIX}/"): store.get_object(
                Bucket=BUCKET, Key=each["Key"]
            )["Body"]
            .read()
            .decode()
            for each in listed
        }

    port = CheckpointsS3(f"s3://{BUCKET}/{PREFIX}")

    def break_down() -> None:
        port._client = boto3.client("s3", endpoint_url="http://127.0.0.1:1", config=_no_retries())

    return Place(port, kept, break_down)


def _no_retries() -> object:
    from botocore.config import Config  # noqa: PLC0415

    return Config(retries={"total_max_attempts": 1}, connect_timeout=1)


def test_a_checkpoint_lies_there_byte_for_byte_named_by_its_size(place: Place) -> None:
    place.port.keep(7, NOTE)
    assert place.kept() == {"checkpoint-000000000007.txt": NOTE}


def test_the_same_checkpoint_kept_again_is_one_copy(place: Place) -> None:
    for _ in range(2):
        place.port.keep(7, NOTE)
    place.port.keep(8, NOTE)
    assert len(place.kept()) == 2


def test_another_note_for_a_size_is_disputed_and_overwrites_nothing(place: Place) -> None:
    if not place.can_be_looked_into:
        pytest.skip("a mailbox cannot be looked into")
    place.port.keep(7, NOTE)
    with pytest.raises(CheckpointDisputed):
        place.port.keep(7, NOTE.replace("root", "boot"))
    assert place.kept() == {"checkpoint-000000000007.txt": NOTE}


def test_a_place_that_is_away_is_said_to_be(place: Place) -> None:
    place.break_down()
    with pytest.raises(CheckpointPlaceUnavailable):
        place.port.keep(7, NOTE)


def test_a_bucket_that_is_not_there_is_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    with mock_aws(), pytest.raises(CheckpointRefused, match="NoSuchBucket"):
        CheckpointsS3("s3://nobody").keep(7, NOTE)


def test_a_mail_that_is_refused_is_a_refusal() -> None:
    mail = MemoryMail()
    mail.refuse()
    settings = Settings(checkpoints_mail="evidence@auditor.example", mail_from="b@seller.example")
    with pytest.raises(CheckpointRefused):
        places_of(settings, mail, SetClock(STARTED))["mail"].keep(7, NOTE)
