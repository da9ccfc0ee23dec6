"""The house has its rooms and no others, and each says what lives there."""

import ast
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("domain", "application", "adapters", "read_models", "entrypoints")
TOP = {*ROOMS, "tests", "pyproject.toml", "tox.ini", "README.md"}
"""Everything that stands at the top, beside files that a tool looks for there."""

FOR_TOOLS = {"LICENSE", "compose.yaml", "Dockerfile"}
MODULES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))


def _kept() -> list[str]:
    """Every file under version control; without any, whatever is not hidden or made."""
    try:
        listed = subprocess.run(
            ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this copy is not under version control")
    return listed.stdout.splitlines()


def _docstring(path: Path) -> str:
    return ast.get_docstring(ast.parse(path.read_text("utf-8"))) or ""


def _named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_nothing_else_stands_at_the_top() -> None:
    top = {name.split("/")[0] for name in _kept()}
    assert {name for name in top if not name.startswith(".")} - FOR_TOOLS == TOP


def test_every_module_opens_with_one_sentence_about_itself() -> None:
    assert [_named(path) for path in MODULES if not _is_sentence(_docstring(path))] == []


def _is_sentence(docstring: str) -> bool:
    first = docstring.partition("\n\n")[0]
    return first.endswith((".", ":")) and (first[0].isupper() or first[0] in "`'\"")


def test_every_folder_of_modules_is_a_package_that_says_what_lives_there() -> None:
    for folder in {path.parent for path in MODULES}:
        assert _docstring(folder / "__init__.py"), f"{_named(folder)} has no docstring"


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_says_what_it_may_import(room: str) -> None:
    assert "import" in _docstring(ROOT / room / "__init__.py")


def test_the_tests_mirror_the_rooms() -> None:
    folders = {path.name for path in (ROOT / "tests").iterdir() if path.is_dir()}
    assert set(ROOMS) <= folders
