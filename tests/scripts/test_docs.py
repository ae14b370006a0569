"""Documentation points at what is there: every relative link, and every path of the repository map."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "charts").rglob("*.md")])
TOP = {path.name for path in ROOT.iterdir() if path.name not in ("build", ".git")}


def alternatives(path):
    """The paths that `a/{b,c}.h` stands for."""
    braces = re.search(r"\{([^}]*)\}", path)
    if not braces:
        return [path]
    return [path[: braces.start()] + part + path[braces.end() :] for part in braces[1].split(",")]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_relative_link_leads_somewhere(page):
    links = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text())
    missing = [link for link in links
               if not re.match(r"[a-z]+:", link) and not (page.parent / link).exists()]
    assert not missing


def test_every_path_of_the_repository_map_is_there():
    named = re.findall(r"`([A-Za-z0-9_.\-/{},<>]+/[^` ]*)`", (ROOT / "docs/repo-map.md").read_text())
    missing = []
    for name in named:
        # From the first placeholder on a path is the reader's.
        stem = re.split(r"[^/]*<", name)[0] if "<" in name else name
        if stem.split("/")[0] not in TOP or "NNNN" in stem or "a/b/c" in stem:
            continue
        missing += [path for path in alternatives(stem) if not (ROOT / path).exists()]
    assert named and not missing


def test_every_reason_of_the_operators_events_has_a_row():
    constants = "".join((ROOT / "operator" / header).read_text()
                        for header in ("rotation/announce.h", "guard/reasons.h"))
    reasons = set(re.findall(r'^inline constexpr const char\* k\w+ = "(\w+)";', constants, re.M))
    rows = set(re.findall(r"^\| `(\w+)` \|", (ROOT / "docs/events.md").read_text(), re.M))
    assert {"KeyIssued", "RightsChanged"} <= reasons and not reasons - rows


def test_the_check_itself_finds_a_missing_path(tmp_path):
    assert alternatives("a/{b,c}.h") == ["a/b.h", "a/c.h"]
    assert not (ROOT / "no/such/folder").exists()
