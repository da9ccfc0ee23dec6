"""The README's two commands are what a stranger types and what is run for every change."""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()


def _command(mark: str) -> str:
    (found,) = re.findall(rf"<!-- {mark} -->\n```sh\n(.+)\n```", README)
    return str(found)


def test_each_command_makes_its_own_environment_and_installs_what_it_needs() -> None:
    for mark, extra in (("demo", "demo"), ("tests", "test")):
        assert _command(mark).startswith("python3 -m venv .venv && ")
        assert f"'.[{extra}]'" in _command(mark)


def test_the_same_test_command_is_run_for_every_change() -> None:
    script = (ROOT / ".ci" / "run").read_text()
    (pick,) = re.findall(r'eval "\$\((sed .+)\)"', script)
    picked = subprocess.run(
        ["bash", "-c", pick], check=True, cwd=ROOT, capture_output=True, text=True
    )
    assert picked.stdout.strip() == _command("tests")


def test_every_picture_stands_where_the_readme_looks() -> None:
    for picture in re.findall(r"\]\((tests/[^)]+\.png)\)", README):
        assert (ROOT / picture).stat().st_size < 250_000
