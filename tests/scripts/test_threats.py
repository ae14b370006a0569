"""docs/threats.md names a test for every attempt and every threat, and each of them exists."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "threats.md").read_text()
ROWS = {match[1]: match[2] for match in re.finditer(r"^\| ([BT]\d\d) \|(.*)\|$", PAGE, re.M)}


def python_tests():
    for path in [*(ROOT / "e2e").rglob("test_*.py"), *(ROOT / "tests").rglob("test_*.py")]:
        yield from re.findall(r"^def (test_\w+)\(", path.read_text(), re.M)


def cpp_tests():
    for path in (ROOT / "tests").rglob("*_test.cc"):
        yield from re.findall(r"^TEST(?:_[FP])?\(\w+,\s*(\w+)\)", path.read_text(), re.M)


@pytest.fixture(scope="module")
def existing():
    return {*python_tests(), *cpp_tests()}


def test_all_attempts_have_a_row():
    assert [row for row in ROWS if row.startswith("B")] == [f"B{i:02}" for i in range(1, 36)]


def test_all_threats_of_the_paper_have_a_row():
    assert [row for row in ROWS if row.startswith("T")] == [f"T{i:02}" for i in range(1, 19)]


@pytest.mark.parametrize("row", ROWS)
def test_every_test_of_a_row_exists(row, existing):
    named = re.findall(r"`(test_\w+|[A-Z]\w+[a-z]\w*)`", ROWS[row])
    assert named, "a row without a test"
    assert not set(named) - existing


@pytest.mark.parametrize("row", [row for row in ROWS if row.startswith("B") and row != "B35"])
def test_a_row_has_tests_with_its_id(row, existing):
    alone = [name for name in existing if name.startswith(f"test_{row.lower()}_")]
    assert alone or row in ("B29",)
    assert not [name for name in alone if name not in ROWS[row]], "a test that the page does not name"


def test_a_missing_test_is_noticed(existing):
    assert "test_b99_nobody_wrote_this" not in existing and "test_b01_an_ephemeral_container_is_judged" in existing
