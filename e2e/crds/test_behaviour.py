"""Good objects: no drift after apply, first status, fields that must not change, status that must
not be rewritten."""
import copy
import pathlib
import re

import pytest
import yaml
from crds_cluster import REPOSITORY, sample

GOOD = sorted((pathlib.Path(__file__).parent / "good").glob("*.yaml"))
PAGES = sorted((REPOSITORY / "docs" / "kinds").glob("*.md"))


def page_examples():
    for page in PAGES:
        for number, block in enumerate(re.findall(r"^```yaml\n(.*?)^```", page.read_text(),
                                                  re.M | re.S)):
            for document in yaml.safe_load_all(block):
                if document and str(document.get("apiVersion", "")).startswith("keysteward.dev"):
                    yield pytest.param(document, id=f"{page.stem}-{number}")


@pytest.mark.parametrize("path", GOOD, ids=[p.stem for p in GOOD])
def test_an_applied_object_shows_no_drift(kubectl, path):
    """Argo CD and Flux compare what they applied with what is there."""
    wanted = yaml.safe_load(path.read_text())
    kubectl.must("apply", "-f", str(path))
    try:
        diff = kubectl.run("diff", "-f", str(path))
        assert diff.returncode == 0, diff.stdout
        stored = kubectl.get(wanted["kind"], wanted["metadata"]["name"])
        assert stored["spec"] == wanted["spec"], "the server added or changed a field"
        kubectl.must("apply", "-f", str(path))
        again = kubectl.get(wanted["kind"], wanted["metadata"]["name"])
        assert again["metadata"]["resourceVersion"] == stored["metadata"]["resourceVersion"]
    finally:
        kubectl.run("delete", "-f", str(path))


@pytest.mark.parametrize("path", GOOD, ids=[p.stem for p in GOOD])
def test_a_new_object_says_that_nobody_has_looked_yet(kubectl, path):
    thing = yaml.safe_load(path.read_text())
    kubectl.must("apply", "-f", str(path))
    try:
        stored = kubectl.get(thing["kind"], thing["metadata"]["name"])
        assert stored["status"] == {"observedGeneration": -1}
    finally:
        kubectl.run("delete", "-f", str(path))


@pytest.mark.parametrize("document", list(page_examples()))
def test_every_example_of_the_docs_is_accepted(kubectl, document):
    done = kubectl.run("create", "--dry-run=server", "--validate=strict", "-f", "-",
                       stdin=yaml.safe_dump(document))
    assert done.returncode == 0, done.stderr


def test_two_people_edit_two_entries_without_a_conflict(kubectl):
    thing = sample("managedcredential")
    kubectl.apply(thing)
    part = {key: thing[key] for key in ("apiVersion", "kind")}
    part["metadata"] = {"name": "stripe-live"}
    for name in ("SECOND", "THIRD"):
        mine = copy.deepcopy(part)
        mine["spec"] = {"delivery": {"entries": [{"name": name, "value": "${key}"}]}}
        kubectl.must("apply", "--server-side", "--field-manager", name.lower(), "-f", "-",
                     stdin=yaml.safe_dump(mine))
    stored = kubectl.get("mcred", "stripe-live")
    names = [entry["name"] for entry in stored["spec"]["delivery"]["entries"]]
    assert {"STRIPE_API_KEY", "SECOND", "THIRD"} <= set(names)
    kubectl.run("delete", "mcred", "stripe-live")


@pytest.mark.parametrize("name, change, field, message", [
    ("managedcredential", {"issuerRef": {"name": "other"}}, "spec.issuerRef",
     "is immutable: create a new ManagedCredential"),
    ("managedcredential", {"delivery": {"secretName": "other"}}, "spec.delivery.secretName",
     "is immutable: create a second ManagedCredential"),
    ("credentialrotation", {"reason": "Something else"}, "spec",
     "is immutable: create a new CredentialRotation"),
    ("credentialrotation", {"urgency": "Normal", "revoke": "AfterConsumers"}, "spec",
     "is immutable: create a new CredentialRotation"),
    ("credentialrotation", {"requestedBy": "mallory"}, "spec",
     "is immutable: create a new CredentialRotation"),
    ("credentialrevocation", {"key": {"id": "key_2"}}, "spec", "is immutable: it is the record"),
])
def test_what_must_not_change_is_refused(kubectl, name, change, field, message):
    thing = sample(name)
    kubectl.apply(thing)
    try:
        done = kubectl.run("patch", thing["kind"], thing["metadata"]["name"], "--type=merge", "-p",
                           yaml.safe_dump({"spec": change}))
        assert done.returncode != 0, "accepted"
        assert field in done.stderr and message in done.stderr, done.stderr
    finally:
        kubectl.run("delete", thing["kind"], thing["metadata"]["name"])


def test_everything_else_of_a_credential_may_change(kubectl):
    thing = sample("managedcredential")
    kubectl.apply(thing)
    thing["spec"].update(lifetime="1080h", purpose="Refund customers through Stripe")
    thing["spec"]["owner"]["team"] = "billing"
    kubectl.apply(thing)
    kubectl.run("delete", "mcred", "stripe-live")


@pytest.mark.parametrize("first, second, field", [
    ({"lastGeneration": 8, "revision": 1}, {"lastGeneration": 7}, "status.lastGeneration"),
    ({"lastGeneration": 8, "revision": 1}, {"lastGeneration": None}, "status.lastGeneration"),
    ({"revision": 12}, {"revision": 11}, "status.revision"),
    ({"revision": 12}, {"settledRevision": 13}, "status.settledRevision"),
])
def test_counters_of_a_credential_never_fall(kubectl, first, second, field):
    kubectl.apply(sample("managedcredential"))
    try:
        assert kubectl.patch_status("mcred", "stripe-live", first).returncode == 0
        done = kubectl.patch_status("mcred", "stripe-live", second)
        assert done.returncode != 0, "accepted"
        assert field in done.stderr, done.stderr
    finally:
        kubectl.run("delete", "mcred", "stripe-live")


def entry(seq, kind="KeyIssued", data=None):
    return {"seq": seq, "at": "2026-11-26T08:00:00Z", "type": kind, "data": data or {"keyId": "k"},
            "hash": f"sha256:{seq:064d}", "signature": "c2ln"}


@pytest.fixture
def rotation(kubectl):
    kubectl.apply(sample("credentialrotation"))
    done = kubectl.patch_status("mcrot", "stripe-live-8", {
        "evidence": [entry(1), entry(2)], "result": "Proven"})
    assert done.returncode == 0, done.stderr
    yield "stripe-live-8"
    kubectl.run("delete", "mcrot", "stripe-live-8")


def test_evidence_may_grow(kubectl, rotation):
    done = kubectl.patch_status("mcrot", rotation, {"evidence": [entry(1), entry(2), entry(3)]})
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("evidence", [
    pytest.param([entry(1), entry(2, "RolledBack")], id="rewritten"),
    pytest.param([entry(1)], id="shortened"),
    pytest.param(None, id="removed"),
    pytest.param([], id="emptied"),
])
def test_evidence_is_never_rewritten(kubectl, rotation, evidence):
    done = kubectl.patch_status("mcrot", rotation, {"evidence": evidence})
    assert done.returncode != 0, "accepted"
    assert "append-only" in done.stderr, done.stderr


@pytest.mark.parametrize("result", ["Failed", None])
def test_a_result_is_never_changed(kubectl, rotation, result):
    done = kubectl.patch_status("mcrot", rotation, {"result": result})
    assert done.returncode != 0, "accepted"
    assert "must not change once the rotation has ended" in done.stderr, done.stderr


def test_a_revoked_key_stays_revoked(kubectl):
    thing = sample("credentialrevocation")
    name = thing["metadata"]["name"]
    kubectl.apply(thing)
    try:
        assert kubectl.patch_status("mcrev", name, {"state": "Revoked"}).returncode == 0
        done = kubectl.patch_status("mcrev", name, {"state": "Pending"})
        assert done.returncode != 0 and "must stay Revoked" in done.stderr, done.stderr
    finally:
        kubectl.run("delete", "mcrev", name)


def test_a_spec_update_cannot_touch_the_status(kubectl):
    thing = sample("managedcredential")
    thing["status"] = {"observedGeneration": 9, "revision": 99}
    kubectl.apply(thing)
    stored = kubectl.get("mcred", "stripe-live")
    assert stored["status"] == {"observedGeneration": -1}
    kubectl.run("delete", "mcred", "stripe-live")


def test_a_rotation_with_100_consumers_and_full_evidence_fits(kubectl):
    """The cost limits of the rules hold at the largest object we write."""
    kubectl.apply(sample("credentialrotation"))
    details = [{"kind": "Deployment", "name": f"api-{i}", "gate": "Waiting",
                "reason": "RolloutInProgress"} for i in range(100)]
    evidence = [entry(i) for i in range(1, 257)]
    done = kubectl.patch_status("mcrot", "stripe-live-8", {
        "consumers": {"total": 1000, "current": 0, "details": details}, "evidence": evidence})
    assert done.returncode == 0, done.stderr
    done = kubectl.patch_status("mcrot", "stripe-live-8", {"step": "Restart"})
    assert done.returncode == 0, done.stderr
    kubectl.run("delete", "mcrot", "stripe-live-8")
