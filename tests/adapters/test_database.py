"""What is read together is of one moment, on both databases."""

from uuid import UUID

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from adapters.database import TablesDiffer, asking, reading, writing
from application.ports.event_log import Job, RecordUnavailable
from application.sign_in import SendSignIn
from entrypoints.container import Portal
from entrypoints.logs import said_by_driver


def test_questions_of_one_read_see_one_moment(database: Engine) -> None:
    with writing(database) as connection:
        connection.execute(text("CREATE TABLE owed (amount INTEGER)"))
    with reading(database) as connection:
        assert connection.execute(_TOTAL).scalar() == 0
        with writing(database) as another:
            another.execute(text("INSERT INTO owed VALUES (100)"))
        assert connection.execute(_TOTAL).scalar() == 0
    with asking(database) as connection:
        assert connection.execute(_TOTAL).scalar() == 100


_TOTAL = text("SELECT coalesce(sum(amount), 0) FROM owed")


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT 1 FROM not_there",
        "SELECT not_there FROM events",
        "INSERT INTO events (no) VALUES (1)",
    ],
)
def test_tables_of_another_version_are_told_apart_from_a_database_that_is_away(
    database: Engine, statement: str
) -> None:
    with pytest.raises(TablesDiffer) as told, writing(database) as connection:
        connection.execute(text(statement))
    said = said_by_driver(told.value)
    assert said is not None
    assert "no" in said
    assert "SELECT" not in said


def test_a_mistake_of_ours_is_not_told_as_tables_of_another_version(database: Engine) -> None:
    with pytest.raises((DBAPIError, RecordUnavailable)) as broken, reading(database) as connection:
        connection.execute(text("SELECT FROM WHERE"))
    assert not isinstance(broken.value, TablesDiffer)


def test_the_record_too_tells_tables_of_another_version(portal: Portal) -> None:
    with writing(portal.engine()) as connection:
        connection.execute(text("ALTER TABLE outbox RENAME TO outbox_of_another_version"))
    with pytest.raises(TablesDiffer):
        portal.log().save(jobs=[Job("send_sign_in", SendSignIn(UUID(int=1)))])
