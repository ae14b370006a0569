"""Attempts to put a key, or a Secret nobody answers for, where admission does not look: B01–B05 of
docs/threats.md."""

import json

import pytest

from admission_stack import deployment, eventually, pod, well_formed
from bearers import (BEARERS, allowed_both, bearer, key, literal_env, pod_spec, refused_both, ways_in,
                     with_container)

WHO = ("admin", "user", "controller")
OWNED = {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "x", "controller": True,
         "uid": "11111111-1111-1111-1111-111111111111"}


@pytest.fixture(scope="module")
def debugged(api, namespace):
    thing = pod("debugged", namespace)
    assert api.create(thing).ok
    return thing


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("way", ways_in("", ""))
def test_b01_an_ephemeral_container_is_judged(way, who, people, namespace, debugged, ownerless):
    value = key()
    container = {"name": "debug", "image": "busybox", **ways_in(value, ownerless)[way]}
    body = {"spec": {"ephemeralContainers": [container]}}
    client = people[who]
    for kind in ("strategic", "merge"):
        words = refused_both(lambda dry, kind=kind: client.patch(
            debugged, kind, body, dry, "ephemeralcontainers"), value)
        assert words.startswith("spec.ephemeralContainers[0]."), kind
    whole = people["admin"].get(debugged)
    whole["spec"]["ephemeralContainers"] = [container]
    path = f"/api/v1/namespaces/{namespace}/pods/debugged/ephemeralcontainers"
    refused_both(lambda dry: client.call("PUT", path, whole, dryRun=dry), value)
    assert "ephemeralContainers" not in people["admin"].get(debugged)["spec"]


def test_b02_a_subresource_changes_no_spec(api, namespace, debugged):
    """So it needs no judging: what it carries of a spec is dropped by the API server."""
    value = key()
    scaled = deployment("scaled", namespace)
    assert api.create(scaled).ok
    literal = {"spec": {"containers": [{"name": "app", **literal_env(value)}]}}
    api.patch(debugged, "strategic", literal, subresource="status")
    api.patch(scaled, "merge", {"spec": {"template": literal}}, subresource="status")
    api.patch(scaled, "merge", {"spec": {"replicas": 2, "template": literal}}, subresource="scale")
    api.patch(debugged, "strategic", literal, subresource="resize")
    assert value not in json.dumps(api.get(debugged)["spec"])
    assert value not in json.dumps(api.get(scaled)["spec"])
    assert api.get(scaled)["spec"]["replicas"] == 2


def test_b02_what_keeps_a_cluster_going_passes(api, namespace):
    running = pod("running", namespace)
    assert api.create(running).ok
    assert api.patch(running, "merge", {"status": {"phase": "Running"}}, subresource="status").ok
    root = f"/api/v1/namespaces/{namespace}"
    target = {"apiVersion": "v1", "kind": "Node", "name": "nowhere"}
    binding = {"apiVersion": "v1", "kind": "Binding", "metadata": {"name": "running"}, "target": target}
    assert api.call("POST", f"{root}/pods/running/binding", binding, dryRun=True).ok
    eviction = {"apiVersion": "policy/v1", "kind": "Eviction",
                "metadata": {"name": "running", "namespace": namespace}}
    assert api.call("POST", f"{root}/pods/running/eviction", eviction, dryRun=True).ok
    token = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest",
             "spec": {"expirationSeconds": 600}}
    assert api.call("POST", f"{root}/serviceaccounts/default/token", token).ok


@pytest.mark.parametrize("subresource", ["status", "finalize"])
def test_b02_the_mode_of_a_namespace_is_guarded_in_its_subresources_too(subresource, stack, api, people):
    space = stack.namespace()
    body = api.call("GET", f"/api/v1/namespaces/{space}").body
    body["metadata"]["labels"]["keysteward.dev/enforce"] = "off"
    path = f"/api/v1/namespaces/{space}/{subresource}"
    words = refused_both(lambda dry: people["user"].call("PUT", path, body, dryRun=dry))
    assert "needs the verb enforce" in words
    del body["metadata"]["labels"]["keysteward.dev/enforce"]
    body["metadata"]["labels"]["team"] = "payments"
    assert people["user"].call("PUT", path, body, dryRun=True).ok, "other labels are nobody's business"


@pytest.mark.parametrize("kind", BEARERS)
def test_b03_every_container_list_of_every_kind_is_judged(kind, people, namespace, ownerless):
    value = key()
    lists = {"initContainers": {}, "containers": {}, "sidecar": {"restartPolicy": "Always"}}
    for name, more in lists.items():
        for way, held in ways_in(value, ownerless).items():
            where = "initContainers" if name == "sidecar" else name
            thing = bearer(kind, "hidden", namespace, with_container(where, **more, **held))
            words = refused_both(lambda dry, thing=thing: people["user"].create(thing, dry), value)
            assert f"{where}[" in words.splitlines()[0], (name, way)


def test_b03_a_list_that_no_version_has_yet_is_judged_by_its_form(api, namespace, ownerless):
    """A custom resource keeps any member, as a later Kubernetes may have more lists."""
    value = key()
    for way, held in ways_in(value, ownerless).items():
        thing = {"apiVersion": "example.com/v1", "kind": "Function",
                 "metadata": {"name": "later", "namespace": namespace},
                 "spec": {"runtime": {"preflightContainers": [{"name": "it", "image": "x", **held}]}}}
        words = refused_both(lambda dry, thing=thing: api.create(thing, dry), value)
        assert words.startswith("spec.runtime.preflightContainers[0]."), way


def environment_of(name, **more):
    return {"name": "TOKEN", "valueFrom": {"secretKeyRef": {"name": name, "key": "key", **more}}}


@pytest.mark.parametrize("who", WHO)
def test_b04_optional_is_no_way_around_an_owner(who, people, namespace, ownerless):
    forms = ({"env": [environment_of(ownerless, optional=True)]},
             {"envFrom": [{"secretRef": {"name": ownerless, "optional": True}}]},
             {"envFrom": [{"prefix": "X_", "secretRef": {"name": ownerless}}]})
    for held in forms:
        thing = pod("optional", namespace)
        thing["spec"]["containers"][0].update(held)
        assert "secret-without-owner" in refused_both(lambda dry, t=thing: people[who].create(t, dry))


def volume(**source):
    return {"volumes": [{"name": "keys", **source}]}


# docs/threats.md says that admission does not judge these; the operator counts them as users of a
# managed Secret (api/core/secret_references.h).
AS_FILES = {
    "secret": lambda name: volume(secret={"secretName": name}),
    "projected": lambda name: volume(projected={"sources": [{"secret": {"name": name}}]}),
    "csi": lambda name: volume(csi={"driver": "d.example.com", "nodePublishSecretRef": {"name": name}}),
    "pull": lambda name: {"imagePullSecrets": [{"name": name}]},
    "flex": lambda name: volume(flexVolume={"driver": "example.com/d", "secretRef": {"name": name}}),
    "azure": lambda name: volume(azureFile={"secretName": name, "shareName": "s"}),
    "iscsi": lambda name: volume(iscsi={"targetPortal": "10.0.0.1:3260", "iqn": "iqn.2024-01.com.example:a",
                                        "lun": 0, "secretRef": {"name": name}}),
}


@pytest.mark.parametrize("way", AS_FILES)
def test_b04_a_secret_as_a_file_is_not_judged(way, api, namespace, ownerless):
    thing = pod("files", namespace)
    thing["spec"].update(AS_FILES[way](ownerless))
    reply = api.create(thing, dry_run=True)
    assert reply.ok and not reply.warnings, reply


@pytest.mark.parametrize("kind", BEARERS)
def test_b05_no_kind_is_a_way_around_for_anybody(kind, people, namespace, ownerless):
    value = key()
    for who in WHO:
        for held in (literal_env(value), {"envFrom": [{"secretRef": {"name": ownerless}}]}):
            thing = bearer(kind, "around", namespace, with_container("containers", **held))
            refused_both(lambda dry, t=thing, w=who: people[w].create(t, dry), value)


def test_b05_the_pod_of_a_controller_that_is_not_judged_is_refused(people, namespace):
    """Its parent was never seen, so the pod is where the key is stopped."""
    value = key()
    owner = {**OWNED, "apiVersion": "example.com/v1", "kind": "Rollout"}
    for who in ("controller", "built-in"):
        thing = pod("child", namespace, literal_env(value)["env"], ownerReferences=[owner])
        refused_both(lambda dry, t=thing, w=who: people[w].create(t, dry), value)


def test_b05_the_pods_of_a_workload_nobody_looked_at_are_made_and_told_about(stack, api, people):
    """A drain must not become an outage; the next edit of the workload by a person is judged."""
    space = stack.namespace()
    value = key()
    workload = deployment("unseen", space, literal_env(value)["env"])
    stack.webhook.stop()
    try:
        assert api.create(workload).ok
    finally:
        stack.webhook.start()
        stack.wait_ready()
    eventually(lambda: api.call("GET", f"/api/v1/namespaces/{space}/pods").body["items"], "its pod", 60)
    copy = pod("copy", space, literal_env(value)["env"], ownerReferences=[OWNED])
    reply = allowed_both(lambda dry: people["built-in"].create(copy, dry))
    assert any("literal credential" in warning for warning in reply.warnings)
    assert value not in json.dumps(reply.warnings)
    pod_spec(workload)["containers"][0]["env"].append({"name": "SECOND_TOKEN", "value": key(6)})
    well_formed(api.apply(workload), value, key(6))
