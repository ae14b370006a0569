"""The verdict matrix: kind × operation × place × identity × dry run, with the kinds and places taken
from the OpenAPI document of the API server, so that what a later version adds is asked for."""

import itertools
import json
import re

import pytest

from bearers import BEARERS, LISTS, bearer, key, way_to_pod, ways_in, with_container
from openapi_leaves import container_lists, secret_leaves

POD = r"^(spec\.jobTemplate\.spec\.template\.spec|spec\.template\.spec|template\.spec|spec)"

# Judged by detection/fields/secret_references.h.
JUDGED = [
    POD + r"\.(containers|initContainers|ephemeralContainers)\[\]\.env\[\]\.valueFrom\.secretKeyRef\.name$",
    POD + r"\.(containers|initContainers|ephemeralContainers)\[\]\.envFrom\[\]\.secretRef\.name$",
]
# Looked at one by one: a pattern of kind and path, and why no verdict depends on it.
NOT_JUDGED = {
    r"\.secretKeyRef\.key$": "an entry of a Secret, not its name",
    POD + r"\.volumes\[\]\.secret\.(secretName|items\[\]\.(key|path))$":
        "a file, not environment: it follows the Secret, and the operator counts its pods as users",
    POD + r"\.volumes\[\]\.projected\.sources\[\]\.secret\.(name|items\[\]\.(key|path))$": "a file, as above",
    POD + r"\.volumes\[\]\.csi\.nodePublishSecretRef\.name$": "read by a CSI driver; counted as a user",
    POD + r"\.imagePullSecrets\[\]\.name$": "read by the kubelet; counted as a user",
    POD + r"\.volumes\[\]\.(azureFile\.secretName|(cephfs|cinder|flexVolume|iscsi|rbd|scaleIO|storageos)\.secretRef\.name)$":
        "read by the kubelet for a mount; never environment",
    r"\.cephfs\.secretFile$": "a path on the node",
    POD + r"\.(securityContext\.fsGroupChangePolicy|volumes\[\]\.image\.reference)$": "names no Secret, though its text does",
    r"^(networking\.k8s\.io/v1 Ingress: spec\.tls\[\]\.hosts\[\]|rbac\.authorization\.k8s\.io/v1 (Cluster)?Role: rules\[\]\.nonResourceURLs\[\])$":
        "names no Secret, though its text does",
    r"^v1 (Secret: (apiVersion|kind|type|data\.\*|stringData\.\*)|ServiceAccount: (apiVersion|kind))$": "of the object itself",
    r"^v1 PersistentVolume: spec\.\w+\.(\w*[sS]ecretRef\.(name|namespace|kind|uid|apiVersion|fieldPath|resourceVersion)|secretName|secretNamespace)$":
        "of the cluster, written by administrators and provisioners; read by the kubelet for a mount",
    r"^storage\.k8s\.io/v1 VolumeAttachment: spec\.source\.inlineVolumeSpec\.": "a copy of a PersistentVolume's",
    r"^v1 ServiceAccount: (secrets|imagePullSecrets)\[\]\.": "copied into pods by the API server, where they are imagePullSecrets",
    r"^networking\.k8s\.io/v1 Ingress: spec\.tls\[\]\.secretName$": "a certificate, read by the ingress controller",
    r"^keysteward\.dev/v1alpha1 ManagedCredential: spec\.delivery\.secretName$":
        "what the operator writes; unique and valid by /validate/kinds",
    r"^keysteward\.dev/v1alpha1 (Cluster)?CredentialIssuer: spec\.http\.admin\.secretRef\.(name|key)$":
        "only a Secret with the label for it is read: docs/security.md",
    r"^keysteward\.dev/v1alpha1 CredentialRevocation: spec\.(issuer\.secretName|stagedSecretName)$":
        "written by the operator alone",
    r"^keysteward\.dev/v1alpha1 \w+: (?!.*[sS]ecret(Name|Ref)).*$": "names no Secret, though its text does",
}
# With the OpenAPI document of Kubernetes 1.36; more of them are welcome, fewer are a broken walk.
FEWEST_LEAVES = 200


def is_known(kind, path):
    return any(re.search(pattern, path) or re.search(pattern, f"{kind}: {path}")
               for pattern in [*JUDGED, *NOT_JUDGED])


@pytest.fixture(scope="module")
def leaves(api):
    return sorted(set(secret_leaves(api)))


@pytest.fixture(scope="module")
def lists(api):
    return sorted(set(container_lists(api)))


def test_every_leaf_that_can_hold_the_name_of_a_secret_is_known(leaves):
    unknown = [f"{kind}: {path}" for kind, path in leaves if not is_known(kind, path)]
    assert not unknown, "judge it, or write down in NOT_JUDGED why not:\n" + "\n".join(unknown)
    assert len(leaves) >= FEWEST_LEAVES


def test_the_walk_sees_a_leaf_that_nobody_knows():
    assert not is_known("apps/v1 Deployment", "spec.template.spec.containers[].tokenFrom.secretRef.name")
    assert not is_known("apps/v1 Deployment", "spec.template.spec.volumes[].vault.secretRef.name")
    assert not is_known("apps/v9 Gadget", "spec.secretName")


def test_no_reviewed_pattern_is_out_of_use(leaves):
    for pattern in [*JUDGED, *NOT_JUDGED]:
        assert any(re.search(pattern, f"{kind}: {path}") or re.search(pattern, path) for kind, path in leaves), pattern


def test_every_container_list_of_the_server_is_in_the_matrix(lists):
    wanted = {(version, kind, ".".join((*way_to_pod(kind), each)))
              for kind, version in BEARERS.items() for each in (*LISTS, "ephemeralContainers")}
    assert set(lists) == wanted


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
