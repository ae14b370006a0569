"""scripts/floor: the chart's floor is what the rules of today give."""
import importlib.machinery
import importlib.util
import pathlib
import re
import subprocess
import sys

import pytest

SCRIPT = pathlib.Path(__file__).resolve().parents[2] / "scripts" / "floor"


@pytest.fixture(scope="module")
def floor():
    loader = importlib.machinery.SourceFileLoader("floor", str(SCRIPT))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("floor", loader))
    loader.exec_module(module)
    return module


def test_the_file_of_the_chart_is_what_the_rules_give():
    done = subprocess.run([sys.executable, SCRIPT, "--check"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("change, taken", [
    ({}, True),
    ({"confidence": "High"}, True),
    ({"confidence": "Medium"}, False),
    ({"validator": "random"}, False),
    ({"minimumEntropy": 3}, False),
    ({"exclude": "x"}, False),
    ({"names": ["acme"]}, False),
    ({"freeStart": True}, False),
    ({"pattern": "acme_live_[A-Za-z0-9]{19}"}, False),
    ({"pattern": "acme_live_[a-z0-9]{40}"}, False),
    ({"pattern": "acme_live_[A-Za-z0-9+/]{40}"}, False),
    ({"pattern": "ac[me]_[A-Za-z0-9]{24}"}, False),
    ({"pattern": "acmelive[A-Za-z0-9]{24}"}, False),
    ({"pattern": "acme_live_[A-Za-z0-9]{24}|x"}, False),
])
def test_only_rules_whose_match_is_proof_are_taken(floor, change, taken):
    rule = {"id": "acme", "pattern": "acme_live_[A-Za-z0-9_-]{24,}"} | change
    assert bool(floor.is_proof(rule)) is taken


def test_the_expressions_stay_small_enough_for_the_cost_limit_of_the_api_server(floor):
    made = floor.floor()
    assert 20 <= made["form"].count("|") < 120
    # A match costs a tenth of the text times a quarter of the expression; a call may cost a million.
    size = len(made["form"]) + sum(map(len, made["found"] + made["absent"]))
    assert 64 * 0.1 * size * 0.25 * 100 < 1_000_000, "a hundred values of 64 characters"


def test_no_expression_holds_a_quote_that_would_end_the_text_it_stands_in(floor):
    made = floor.floor()
    for expression in [made["form"], *made["found"], *made["absent"]]:
        assert "'" not in expression and "\\" not in expression
        re.compile(expression)
