"""Wrong objects are refused by the API server alone, with a message that names field and remedy.

Each file in bad/<kind>/ begins with `# expect: FIELD | MESSAGE [| native | server]`. The C++ twin
of the rules reads the same files; `native` says that the wording is the server's own, `server`
that only the server can tell.
"""
import pathlib

import pytest

BAD = pathlib.Path(__file__).parent / "bad"
FILES = sorted(BAD.glob("*/*.yaml"))
WRITTEN_BY_PEOPLE = ["managedcredential", "credentialrotation", "credentialissuer",
                     "clustercredentialissuer", "credentialpolicy", "credentialexception"]


def expectation(path):
    first = path.read_text().splitlines()[0]
    assert first.startswith("# expect: "), path
    parts = [part.strip() for part in first[len("# expect: "):].split(" | ")]
    return parts[0], parts[1]


@pytest.mark.parametrize("kind", WRITTEN_BY_PEOPLE)
def test_each_kind_that_people_write_has_twenty_wrong_objects(kind):
    assert len(list((BAD / kind).glob("*.yaml"))) >= 20


@pytest.mark.parametrize("path", FILES, ids=[f"{p.parent.name}/{p.stem}" for p in FILES])
def test_a_wrong_object_is_refused_with_field_and_remedy(kubectl, path):
    done = kubectl.run("create", "--dry-run=server", "--validate=strict", "-f", str(path))
    assert done.returncode != 0, "accepted"
    field, message = expectation(path)
    assert field in done.stderr, done.stderr
    assert message in done.stderr, done.stderr


@pytest.mark.parametrize("path", [p for p in FILES if p.stem.startswith("not-built")],
                         ids=lambda p: p.stem)
def test_what_is_not_built_is_refused_rather_than_ignored(kubectl, path):
    done = kubectl.run("apply", "--dry-run=server", "--validate=strict", "-f", str(path))
    assert done.returncode != 0, "accepted"
