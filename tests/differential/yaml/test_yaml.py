"""Our reader beside the YAML library of kubectl: the same value, or refused by both.

Needs Go and the built program `manifest_json`; KEYSTEWARD_BUILD names another build folder.
"""

import base64
import json
import math
import os
import pathlib
import re
import subprocess

import pytest
from documents import documents

HERE = pathlib.Path(__file__).resolve().parent
BUILD = pathlib.Path(os.environ.get("KEYSTEWARD_BUILD", HERE.parents[2] / "build" / "dev"))


@pytest.fixture(scope="module")
def kubectl(tmp_path_factory):
    program = tmp_path_factory.mktemp("oracle") / "kubectl_yaml"
    subprocess.run(["go", "-C", HERE / "kubectl", "build", "-o", program, "."], check=True)
    return program


def answers(program, texts):
    lines = "".join(base64.b64encode(text.encode()).decode() + "\n" for text in texts)
    done = subprocess.run([program], input=lines.encode(), stdout=subprocess.PIPE, check=True)
    found = done.stdout.decode().splitlines()
    assert len(found) == len(texts)
    return [None if line == "refused" else json.loads(line) for line in found], found


def same(ours, theirs):
    if isinstance(ours, float) or isinstance(theirs, float):
        numbers = all(isinstance(v, (int, float)) and not isinstance(v, bool) for v in (ours, theirs))
        return numbers and math.isclose(ours, theirs, rel_tol=1e-15)
    if type(ours) is not type(theirs):
        return False
    if isinstance(ours, dict):
        return ours.keys() == theirs.keys() and all(same(ours[k], theirs[k]) for k in ours)
    if isinstance(ours, list):
        return len(ours) == len(theirs) and all(map(same, ours, theirs))
    return ours == theirs


# Read by us and refused by kubectl's library, though YAML allows it: a scan that looks into it does
# no harm.
KNOWN = ["a: {b?: 1}\n", "a: [b?, c]\n"]


def is_known(text):
    return any("?" in part for part in re.findall(r"[{\[][^{}\[\]]*[}\]]", text))


def test_the_known_difference_is_still_there(kubectl):
    assert all(is_known(text) for text in KNOWN)
    assert answers(BUILD / "tests/differential/yaml/manifest_json", KNOWN)[0] == [
        {"a": {"b?": 1}}, {"a": ["b?", "c"]}]
    assert answers(kubectl, KNOWN)[0] == [None, None]


def test_reads_documents_as_kubectl_does(kubectl):
    texts = list(documents())
    assert len(texts) >= 2000
    ours, our_lines = answers(BUILD / "tests/differential/yaml/manifest_json", texts)
    theirs, their_lines = answers(kubectl, texts)
    read = sum(line != "refused" for line in their_lines)
    assert 2000 < read < len(texts) - 200, "both kinds must be well represented"
    wrong = [f"{text!r}\n  ours:    {mine}\n  kubectl: {other}"
             for text, a, b, mine, other in zip(texts, ours, theirs, our_lines, their_lines)
             if (not same(a, b) or (mine == "refused") != (other == "refused"))
             and not (other == "refused" and is_known(text))]
    assert not wrong, f"{len(wrong)} of {len(texts)} differ:\n" + "\n".join(wrong[:20])
