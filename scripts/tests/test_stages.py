"""scripts/test: which stages a choice runs, and which test programs they build. Builds nothing."""

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts" / "testing"))

import cpp  # noqa: E402
import stages  # noqa: E402

SANITIZERS = ["unit under ASan and UBSan", "unit under TSan"]


def names(chosen):
    return [stage.name for stage in chosen]


def test_a_whole_run_has_every_stage():
    assert names(stages.chosen(unit=False, e2e=False)) == names(stages.all_stages())


def test_unit_needs_no_cluster():
    chosen = stages.chosen(unit=True, e2e=False)
    assert set(SANITIZERS) < set(names(chosen))
    assert not any(stage.on_cluster for stage in chosen)


def test_sanitizers_is_those_two_stages():
    assert names(stages.chosen(unit=False, e2e=False, sanitizers=True)) == SANITIZERS


def test_sanitizers_leaves_no_test_program_out():
    written = {line.split("(")[1].split()[0].rstrip(")") + "_test"
               for path in (ROOT / "tests").rglob("CMakeLists.txt")
               for line in path.read_text().splitlines() if line.startswith("keysteward_test(")}
    assert set(cpp.targets(ROOT, "", stages.EVERY)) == written


@pytest.mark.parametrize("folders", [stages.PARSING, stages.THREADED])
def test_what_every_run_does_is_part_of_it(folders):
    assert set(folders) <= set(stages.EVERY)


def test_filter_builds_only_what_it_names():
    assert cpp.targets(ROOT, "kube_cache", stages.PARSING) == ["kube_cache_test"]


def test_filter_without_a_hit_builds_nothing(monkeypatch):
    monkeypatch.setattr(cpp, "build_targets", lambda *_: pytest.fail("built everything"))
    assert cpp.build_and_test(ROOT, "asan", "nosuch", stages.PARSING).line() == "0 passed, 0 failed"
