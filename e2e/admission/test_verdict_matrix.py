"""The verdict matrix: kind × operation × place × identity × dry run. The table of built-in kinds and the
lists of containers are held to the OpenAPI documents of the API server, so that what a later version adds
is asked for."""

import itertools
import json
import pathlib
import re
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts" / "fields"))

from bearers import BEARERS, LISTS, bearer, key, way_to_pod, ways_in, with_container  # noqa: E402
from openapi import container_lists, secret_leaves  # noqa: E402 (the path is set above)
from table import is_built_in  # noqa: E402

OURS = "keysteward.dev"
# Of our own kinds, looked at one by one: a pattern of kind and path, and why no verdict depends on it.
# For built-in kinds that is in detection/fields/kubernetes/review.yaml, and the build asks.
NOT_JUDGED = {
    r"^keysteward\.dev/v1alpha1 ManagedCredential: spec\.delivery\.secretName$":
        "what the operator writes; unique and valid by /validate/kinds",
    r"^keysteward\.dev/v1alpha1 (Cluster)?CredentialIssuer: spec\.http\.admin\.secretRef\.(name|key)$":
        "only a Secret with the label for it is read: docs/security.md",
    r"^keysteward\.dev/v1alpha1 CredentialRevocation: spec\.(issuer\.secretName|stagedSecretName)$":
        "written by the operator alone",
    r"^keysteward\.dev/v1alpha1 \w+: (?!.*[sS]ecret(Name|Ref)).*$": "names no Secret, though its text does",
}


@pytest.fixture(scope="module")
def document(api):
    """Path → what the API server has there."""
    return lambda path: api.call("GET", path).body


def is_explained(kind, path):
    return any(re.search(pattern, f"{kind}: {path}") for pattern in NOT_JUDGED)


def test_the_committed_table_of_built_in_kinds_is_what_the_server_says(stack):
    env = stack.cluster.env
    done = subprocess.run([ROOT / "scripts/kubernetes_fields", "--check", "--kubeconfig", env["KUBECONFIG"]],
                          env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_every_leaf_of_our_kinds_that_can_hold_the_name_of_a_secret_is_known(document):
    leaves = sorted(set(secret_leaves(document, lambda group: group == OURS)))
    unknown = [f"{kind}: {path}" for kind, path in leaves if not is_explained(kind, path)]
    assert not unknown, "write down in NOT_JUDGED why no verdict depends on it:\n" + "\n".join(unknown)
    for pattern in NOT_JUDGED:
        assert any(re.search(pattern, f"{kind}: {path}") for kind, path in leaves), pattern


def test_the_walk_sees_a_leaf_of_ours_that_nobody_knows():
    assert not is_explained("keysteward.dev/v1alpha1 CredentialPolicy", "spec.webhook.secretRef.name")
    assert not is_explained("keysteward.dev/v1alpha1 ManagedCredential", "spec.other.secretName")


def test_every_container_list_of_the_server_is_in_the_matrix(document):
    wanted = {(version, kind, ".".join((*way_to_pod(kind), each)))
              for kind, version in BEARERS.items() for each in (*LISTS, "ephemeralContainers")}
    assert set(container_lists(document, is_built_in)) == wanted


def sends(client, thing, there):
    """Name → function of dry_run, for each way of bringing a key in: with `thing`, which is new, or
    with `there`, of whose name there is an innocent one."""
    spec = {member: there[member] for member in ("spec", "template") if member in there}
    json_patch = [{"op": "replace", "path": f"/{member}", "value": value} for member, value in spec.items()]
    return {
        "create": lambda dry: client.create(thing, dry),
        "create by apply": lambda dry: client.apply(thing, dry),
        "update": lambda dry: client.replace(there, dry),
        "apply": lambda dry: client.apply(there, dry),
        "json patch": lambda dry: client.patch(there, "json", json_patch, dry),
        "merge patch": lambda dry: client.patch(there, "merge", spec, dry),
        "strategic patch": lambda dry: client.patch(there, "strategic", spec, dry),
    }


# The API server itself refuses to change these in place.
FIXED = {"Pod", "Job"}
WHO = ("admin", "user", "controller", "built-in")


@pytest.mark.parametrize("kind", BEARERS)
def test_the_matrix_of_bearers(kind, people, namespace, ownerless):
    value = key()
    innocent = bearer(kind, f"innocent-{kind.lower()}", namespace)
    assert people["admin"].create(innocent).ok
    judged = 0
    for place, (way, held) in itertools.product(LISTS, ways_in(value, ownerless).items()):
        thing, there = (bearer(kind, name, namespace, with_container(place, **held))
                        for name in ("guilty", innocent["metadata"]["name"]))
        for who in WHO:
            for operation, send in sends(people[who], thing, there).items():
                for dry_run in (True, False):
                    reply, cell = send(dry_run), (kind, operation, place, way, who, dry_run)
                    assert not reply.ok, cell
                    assert value not in json.dumps(reply.refusal), cell
                    in_place = operation not in ("create", "create by apply")
                    assert reply.refusal or (in_place and kind in FIXED and reply.status == 422), (cell, reply)
                    judged += bool(reply.refusal)
    places = len(LISTS) * len(ways_in("", "")) * len(WHO) * 2
    assert judged >= places * (2 if kind in FIXED else 7)


def with_annotation(thing, value):
    return {**thing, "metadata": {**thing["metadata"], "annotations": {"example.com/api-token": value}}}


def others(namespace, value):
    """The other kinds that the chart registers: each place in them that people write text into."""
    def made(version, kind, **more):
        return {"apiVersion": version, "kind": kind, "metadata": {"name": "guilty", "namespace": namespace}, **more}

    service = made("v1", "Service", spec={"ports": [{"port": 80}]})
    backend = {"service": {"name": "x", "port": {"number": 80}}}
    ingress = made("networking.k8s.io/v1", "Ingress", spec={"defaultBackend": backend})
    import base64
    encoded = base64.b64encode(f"API_TOKEN={value}\n".encode()).decode()
    yield "ConfigMap data", made("v1", "ConfigMap", data={"API_TOKEN": value})
    yield "ConfigMap file", made("v1", "ConfigMap", data={"app.properties": f"api.token={value}\n"})
    yield "ConfigMap binaryData", made("v1", "ConfigMap", binaryData={"env": encoded})
    yield "Service annotation", with_annotation(service, value)
    yield "Ingress annotation", with_annotation(ingress, value)
    for kind in BEARERS:
        yield f"{kind} annotation", with_annotation(bearer(kind, "guilty", namespace), value)
    env = [{"name": "API_TOKEN", "value": value}]
    for version, kind, spec in (
        ("example.com/v1", "Function", {"env": env}),
        ("argoproj.io/v1alpha1", "Application", {"source": {"helm": {"parameters": env}}}),
        ("helm.toolkit.fluxcd.io/v2", "HelmRelease", {"values": {"auth": {"apiToken": value}}}),
        ("tekton.dev/v1", "PipelineRun", {"params": env}),
        ("serving.knative.dev/v1", "Service", {"template": {"spec": {"containers": [{"env": env}]}}}),
    ):
        yield f"{version} {kind}", made(version, kind, spec=spec)


PLACES = [what for what, _ in others("x", "x")]


@pytest.mark.parametrize("place", PLACES)
def test_the_matrix_of_other_places(place, people, namespace):
    value = key()
    thing = dict(others(namespace, value))[place]
    for who in ("admin", "controller", "built-in"):  # alice may not write custom resources
        for operation in ("create", "apply"):
            for dry_run in (True, False):
                reply = getattr(people[who], operation)(thing, dry_run)
                assert reply.refusal, (place, operation, who, dry_run, reply)
                assert value not in reply.refusal


def test_a_built_in_controllers_pod_is_the_one_that_passes(people, namespace, ownerless):
    """Of the whole matrix these cells are allowed, each with a warning."""
    value = key()
    owners = [("apps/v1", kind) for kind in ("ReplicaSet", "StatefulSet", "DaemonSet")] + [
        ("batch/v1", "Job"), ("v1", "ReplicationController")]
    for (version, owner), (way, held), place in itertools.product(owners, ways_in(value, ownerless).items(), LISTS):
        thing = bearer("Pod", "child", namespace, with_container(place, **held))
        thing["metadata"]["ownerReferences"] = [{"apiVersion": version, "kind": owner, "name": "x", "controller": True,
                                                 "uid": "11111111-1111-1111-1111-111111111111"}]
        reply = people["built-in"].create(thing, dry_run=True)
        assert reply.ok and reply.warnings, (owner, way, place, reply)
        assert value not in json.dumps(reply.warnings)
        for who in ("admin", "user", "controller"):
            assert people[who].create(thing, dry_run=True).refusal, (owner, way, place, who)
