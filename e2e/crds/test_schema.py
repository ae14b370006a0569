"""The CRDs themselves: accepted without a warning, explained, and printed within 100 columns."""
import re

import pytest
from crds_cluster import crd_files, load_crd, sample

KINDS = {path.stem: load_crd(path) for path in crd_files()}


def test_all_seven_kinds_are_applied_without_a_warning(cluster):
    assert len(KINDS) == 7
    assert "Warning" not in cluster.applied.stderr, cluster.applied.stderr


@pytest.mark.parametrize("plural", KINDS)
def test_the_server_finds_nothing_to_object(cluster, plural):
    stored = cluster.get("crd", f"{plural}.keysteward.dev")
    conditions = {item["type"]: item["status"] for item in stored["status"]["conditions"]}
    assert conditions.get("Established") == "True"
    assert conditions.get("NamesAccepted") == "True"
    assert "NonStructuralSchema" not in conditions


@pytest.mark.parametrize("plural", KINDS)
def test_the_server_keeps_the_schema_as_written(cluster, plural):
    """A field the server drops or adds would be a permanent difference for GitOps tools."""
    stored = cluster.get("crd", f"{plural}.keysteward.dev")["spec"]["versions"][0]
    written = KINDS[plural]["spec"]["versions"][0]
    assert stored["schema"] == written["schema"]
    assert stored["additionalPrinterColumns"] == written["additionalPrinterColumns"]
    assert stored.get("selectableFields") == written.get("selectableFields")


def fields(schema, path=()):
    for name, child in schema.get("properties", {}).items():
        yield (*path, name)
        yield from fields(child, (*path, name))
        yield from fields(child.get("items", {}), (*path, name))


@pytest.mark.parametrize("plural", KINDS)
def test_explain_describes_every_field(cluster, plural):
    schema = KINDS[plural]["spec"]["versions"][0]["schema"]["openAPIV3Schema"]
    # Not --recursive: that one lists names only.
    for member in ("spec", "status"):
        text = cluster.must("explain", f"{plural}.{member}", "--api-version=keysteward.dev/v1alpha1")
        assert "<no description>" not in text
    listed = cluster.must(
        "explain", plural, "--recursive", "--api-version=keysteward.dev/v1alpha1")
    for path in fields(schema):
        if path[0] in ("spec", "status"):
            assert re.search(rf"^\s+{re.escape(path[-1])}\t", listed, re.M), path


def test_the_category_lists_every_kind(cluster):
    listed = cluster.must("api-resources", "--categories=keysteward", "--no-headers", "-o", "name")
    assert sorted(listed.split()) == sorted(f"{plural}.keysteward.dev" for plural in KINDS)


def test_none_of_our_kinds_is_in_all(cluster):
    listed = cluster.must("api-resources", "--categories=all", "--no-headers", "-o", "name")
    assert "keysteward.dev" not in listed


def table(kubectl, *args):
    lines = kubectl.must("get", *args).splitlines()
    return [line.rstrip() for line in lines]


def test_columns_of_a_credential_answer_in_100_characters(kubectl):
    kubectl.apply(sample("managedcredential"))
    done = kubectl.patch_status("mcred", "stripe-live", {
        "observedGeneration": 1, "expiresAt": "2027-02-21T09:00:00Z",
        "nextRotationTime": "2026-12-20T02:00:00Z",
        "columns": {"expires": "2027-02-21T09:00Z", "next": "2026-12-20T02:00Z"},
        "current": {"generation": 7, "issuedAt": "2026-11-23T09:00:00Z"},
        "previous": {"state": "Revoked"},
        "consumers": {"total": 5, "current": 3, "summary": "3/5"},
        "conditions": [{"type": "Ready", "status": "True", "reason": "KeyDelivered",
                        "message": "works", "lastTransitionTime": "2026-11-23T09:00:00Z"}]})
    assert done.returncode == 0, done.stderr
    head, row = table(kubectl, "mcred", "stripe-live")
    assert head.split() == ["NAME", "READY", "OWNER", "ISSUER", "EXPIRES", "NEXT", "CONSUMERS", "AGE"]
    assert row.split()[:7] == ["stripe-live", "True", "payments", "stripe", "2027-02-21T09:00Z",
                               "2026-12-20T02:00Z", "3/5"]
    assert len(head) <= 100 and len(row) <= 100, (len(head), len(row))
    wide = table(kubectl, "mcred", "stripe-live", "-o", "wide")[0].split()
    assert wide[-5:] == ["GENERATION", "LAST-ROTATED", "PREVIOUS", "REASON", "AGE"]


def test_columns_of_a_rotation_answer_in_100_characters(kubectl):
    kubectl.apply(sample("credentialrotation"))
    done = kubectl.patch_status("mcrot", "stripe-live-8", {
        "observedGeneration": 1, "step": "Restart", "took": "14m3s", "result": "Proven"})
    assert done.returncode == 0, done.stderr
    head, row = table(kubectl, "mcrot", "stripe-live-8")
    assert head.split() == ["NAME", "CREDENTIAL", "CAUSE", "STEP", "TOOK", "RESULT", "AGE"]
    assert row.split()[:6] == ["stripe-live-8", "stripe-live", "Leak", "Restart", "14m3s", "Proven"]
    assert len(head) <= 100 and len(row) <= 100


@pytest.mark.parametrize("kind, name, columns", [
    ("mciss", "credentialissuer", "NAME READY TYPE URL CREDENTIALS AGE"),
    ("mcciss", "clustercredentialissuer", "NAME READY TYPE URL CREDENTIALS AGE"),
    ("mcpol", "credentialpolicy", "NAME READY ACTION EXISTING NAMESPACES AGE"),
    ("mcex", "credentialexception", "NAME READY OWNER RULE EXPIRES AGE"),
])
def test_columns_of_the_other_kinds_fit(kubectl, kind, name, columns):
    thing = sample(name)
    kubectl.apply(thing)
    try:
        head, row = table(kubectl, kind, thing["metadata"]["name"])
        assert head.split() == columns.split()
        assert len(head) <= 100 and len(row) <= 100
    finally:
        kubectl.run("delete", kind, thing["metadata"]["name"])


@pytest.mark.parametrize("kind, selector", [
    ("mcred", "spec.owner.team=payments"),
    ("mcred", "spec.issuerRef.name=stripe"),
    ("mcrot", "spec.credentialRef.name=stripe-live"),
])
def test_the_server_searches_by_field(kubectl, kind, selector):
    kubectl.apply(sample("managedcredential"))
    kubectl.apply(sample("credentialrotation"))
    key, value = selector.split("=")
    assert kubectl.get(kind, "--field-selector", selector)["items"]
    assert not kubectl.get(kind, "--field-selector", f"{key}=not-{value}")["items"]
