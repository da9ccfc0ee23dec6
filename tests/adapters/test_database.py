"""What is read together is of one moment, on both databases."""

from sqlalchemy import Engine, text

from adapters.database import asking, reading, writing


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
