"""Says in a sentence what keeps the record from being opened, and what to do."""

from adapters.backups.manifest import BackupUnusable
from adapters.database import TablesDiffer
from adapters.installation import KeysMissing, StoreNewer, TablesMissing
from adapters.store_identity import StoresDoNotMatch
from application.ports.event_log import RecordNewer, RecordUnavailable
from entrypoints.logs import said_by_driver
from entrypoints.secret_file import SecretsMissing
from read_models.in_step import ReadModelsAhead
from read_models.live import ReadModelNew, ReadModelsBehind

_SENTENCES: dict[type[Exception], str] = {
    BackupUnusable: "{}",
    KeysMissing: (
        "There is a record, and no store of keys: everything personal would read as erased. "
        "Check PORTAL_KEYS_URL, or restore the keys from a backup."
    ),
    StoresDoNotMatch: (
        "The keys are those of another record: everything personal would read as erased. "
        "Check PORTAL_DATABASE_URL and PORTAL_KEYS_URL."
    ),
    StoreNewer: "A newer version of the portal made these tables ({}). Nothing was changed.",
    SecretsMissing: (
        "{} is missing: put the kept copy there, or set PORTAL_SECRET. With other secrets nobody "
        "finds a person's key. A new portal begins with `portal serve` or `portal staff add`."
    ),
    RecordNewer: "Nothing was changed: {}. Use that version.",
    TablesMissing: (
        "There is no portal here yet ({}). One begins with `portal staff add` or `portal serve`; "
        "`portal demo` shows a believable one."
    ),
    TablesDiffer: (
        "The tables are those of another version of the portal: run `portal rebuild --missing` of "
        "the newest version."
    ),
    RecordUnavailable: "The database cannot be reached, or is full{}. Nothing was changed.",
    ReadModelsAhead: (
        "The read model {} knows events that the record has not: they do not belong together. "
        "Restore the database as a whole, or run `portal rebuild`."
    ),
    ReadModelNew: (
        "The read model {} is new in this version of the portal: run `portal rebuild --missing`. "
        "`portal serve` does so by itself."
    ),
    ReadModelsBehind: "The read model {} is not at the record's head: run `portal rebuild`.",
}


def _told(trouble: Exception) -> str:
    """Give what a sentence names of it: what the database's driver said, where that is all."""
    because = said_by_driver(trouble)
    return f" ({because})" if type(trouble) is RecordUnavailable and because else str(trouble)


def in_words(trouble: Exception) -> str | None:
    """Give the sentence for what went wrong, or nothing when it is a mistake of ours."""
    for kind, words in _SENTENCES.items():
        if isinstance(trouble, kind):
            return words.format(_told(trouble))
    return None
