"""P8: how many events a second `verify.py` checks, beside hashing the same lines and no more."""

import subprocess
import sys
import time
from argparse import Namespace
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from statistics import median
from zipfile import ZipFile

from adapters.event_proof.verify import EVENTS
from entrypoints.auditing_proof import bundled
from tests.benchmarks import company
from tests.benchmarks.measuring import Figure
from tests.benchmarks.servers import a_portal
from tests.databases import Databases


def measure(servers: Databases, kind: str, folder: Path, asked: Namespace) -> Iterator[Figure]:
    """Take a bundle of everything, and check it as an auditor does, start of Python included."""
    path = folder / f"record-{kind}.zip"
    with servers.fresh(kind, folder) as url, a_portal(url, folder) as portal:
        events = company.fill(portal, asked.events // 2)
        begun = time.perf_counter()
        _, file = bundled(portal, disclosed=False)
        took = time.perf_counter() - begun
        with path.open("wb") as target:
            target.writelines(file.chunks())
    script = folder / "verify.py"
    script.write_bytes(ZipFile(path).read("verify.py"))
    pairs = [(_checked(script, path), _hashed(path)) for _ in range(asked.rounds)]
    ours, limit = (events / median(pair[side] for pair in pairs) for side in (0, 1))
    size = path.stat().st_size >> 20
    note = f"{events} events, {size} MB zipped, signed and bundled in {took:.0f} s"
    yield Figure("P8", "verifier", kind, ours, limit, "events/s", note)
    path.unlink()


def _checked(script: Path, path: Path) -> float:
    begun = time.perf_counter()
    subprocess.run([sys.executable, "-I", str(script), str(path)], check=True, capture_output=True)
    return time.perf_counter() - begun


def _hashed(path: Path) -> float:
    begun = time.perf_counter()
    with ZipFile(path) as bundle, bundle.open(EVENTS) as lines:
        for line in lines:
            sha256(line).digest()
    return time.perf_counter() - begun
