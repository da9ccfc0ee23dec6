"""`tox -e bench`, or one of them: `tox -e bench -- pages`. Prints a table and writes JSON.

Every speed is a ratio to the bare limit, measured in turn within this run: at least three rounds,
medians. `--invoices` sets how much there is (1,000,000 for the figures we are held to).
"""

import argparse
import platform
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from tests.benchmarks import (
    audit,
    commands,
    documents,
    importing,
    pages,
    pdf,
    rebuild,
    verifier,
)
from tests.benchmarks.measuring import Figure
from tests.databases import Databases

MEASURES = {
    "pages": pages,
    "documents": documents,
    "commands": commands,
    "importing": importing,
    "rebuild": rebuild,
    "pdf": pdf,
    "audit": audit,
    "verifier": verifier,
}
RESULTS = Path(__file__).parent / "results.json"


def main() -> None:
    asked = argparse.ArgumentParser(prog="tests.benchmarks", description=__doc__)
    asked.add_argument("names", nargs="*", choices=[*MEASURES, []], help="which; all without")
    asked.add_argument("--invoices", type=int, default=1_000_000)
    asked.add_argument("--events", type=int, default=1_000_000, help="for auditors and a rebuild")
    asked.add_argument("--rounds", type=int, default=3)
    asked.add_argument("--seconds", type=float, default=5.0, help="of load in each round")
    asked.add_argument("--databases", nargs="*", default=["sqlite", "postgresql"])
    given = asked.parse_args()
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory() as folder:
        servers = Databases(Path(folder))
        try:
            for name in given.names or MEASURES:
                for kind in given.databases if name != "pdf" else ["none"]:
                    own = Path(folder, f"{name}-{kind}")  # keys belong to one database
                    own.mkdir()
                    for figure in MEASURES[name].measure(servers, kind, own, given):
                        figures.append(figure)
                        print(figure.line(), flush=True)  # noqa: T201 - the table is what was asked for
        finally:
            servers.stop()
    written = {
        "at": datetime.now(UTC).isoformat(timespec="minutes"),
        "python": platform.python_version(),
        "invoices": given.invoices,
        "rounds": given.rounds,
        "figures": figures,
    }
    RESULTS.write_bytes(msgspec.json.format(msgspec.json.encode(written)))


main()
