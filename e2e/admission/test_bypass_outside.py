"""What admission cannot see or does not look at: B24 and B25 of docs/threats.md. Each test shows that
the page says what is so."""

import json
import subprocess

import pytest
import yaml

from admission_stack import BIN, deployment, meta, pod, well_formed
from bearers import allowed_both, key, literal_env, refused_both


def scan(text):
    return subprocess.run([BIN / "keysteward", "scan", "-", "-o", "json"], input=text, capture_output=True, text=True)


def test_b24_what_was_written_past_the_api_server_is_found_by_a_scan(stack, kubectl, api):
    """Straight into etcd no webhook is asked. The scan of what is stored finds it, and every later
    write of the object is judged as a change of an old one."""
    space, value = stack.namespace(), key()
    stored = {"apiVersion": "v1", "kind": "ConfigMap",
              "metadata": meta("smuggled", space, uid="22222222-2222-2222-2222-222222222222",
                               creationTimestamp="2026-01-01T00:00:00Z"),
              "data": {"API_TOKEN": value}}
    import base64
    import urllib.request
    encode = lambda text: base64.b64encode(text.encode()).decode()  # noqa: E731
    body = {"key": encode(f"/registry/configmaps/{space}/smuggled"), "value": encode(json.dumps(stored))}
    request = urllib.request.Request(stack.cluster.env["KEYSTEWARD_CLUSTER_ETCD"] + "/v3/kv/put",
                                     json.dumps(body).encode(), {"Content-Type": "application/json"})
    urllib.request.urlopen(request, timeout=10).read()
    live = kubectl.must("get", "configmap", "smuggled", "-n", space, "-o", "yaml")
    found = json.loads(scan(live).stdout)["findings"]
    assert [f["severity"] for f in found] == ["deny"]
    assert value not in json.dumps(found)
    thing = {**stored, "metadata": meta("smuggled", space)}
    label = api.patch(thing, "merge", {"metadata": {"labels": {"a": "b"}}}, dry_run=True)
    assert label.ok and any("literal credential" in warning for warning in label.warnings)
    refused_both(lambda dry: api.patch(thing, "merge", {"data": {"NEW_TOKEN": key(6)}}, dry), value, key(6))


def test_b24_the_mirror_of_a_static_pod_is_judged_like_any_pod(api, namespace):
    """The kubelet runs a static pod whatever the API server says; only its mirror is refused, so the
    pod is not seen by anybody: docs/threats.md."""
    value = key()
    node = {"apiVersion": "v1", "kind": "Node", "name": "node-9", "controller": True,
            "uid": "33333333-3333-3333-3333-333333333333"}
    mirror = pod("static-node-9", namespace, literal_env(value)["env"], ownerReferences=[node],
                 annotations={"kubernetes.io/config.mirror": "x", "kubernetes.io/config.source": "file"})
    mirror["spec"]["nodeName"] = "node-9"
    # It names no service account, as a mirror pod may not.
    mirror["spec"]["automountServiceAccountToken"] = False
    refused_both(lambda dry: api.create(mirror, dry), value)


CONNECTS = ["pods/exec", "pods/attach", "pods/portforward", "pods/proxy", "services/proxy", "nodes/proxy"]


def test_b25_what_runs_through_a_connection_is_not_looked_at(kubectl):
    for kind in ("validatingwebhookconfiguration", "mutatingwebhookconfiguration"):
        for hook in kubectl.get(kind, "keysteward")["webhooks"]:
            for rule in hook["rules"]:
                assert "CONNECT" not in rule["operations"] and "*" not in rule["operations"]
                assert not set(CONNECTS) & set(rule["resources"])
                assert "*" not in "".join(rule["resources"])


@pytest.mark.parametrize("resource", CONNECTS)
def test_b25_asked_about_a_connection_all_the_same_it_allows(resource, stack, namespace):
    value = key()
    kind, _, subresource = resource.partition("/")
    options = {"apiVersion": "v1", "kind": "PodExecOptions", "metadata": {"namespace": namespace},
               "command": ["sh", "-c", f"export GITHUB_TOKEN={value}"], "container": "app"}
    answer = stack.review().post(options, operation="CONNECT", subResource=subresource,
                                 resource={"group": "", "version": "v1", "resource": kind}, name="x")
    assert answer["response"]["allowed"] is True


def test_b25_a_debug_copy_of_an_old_pod_is_a_new_pod(stack, kubectl, alice):
    space, value = stack.namespace(), key()
    stack.webhook.stop()
    try:
        assert kubectl.write(pod("old", space, literal_env(value)["env"])).ok
    finally:
        stack.webhook.start()
        stack.wait_ready()
    for client in (kubectl, alice):
        answer = client.run("debug", "old", "-n", space, "--copy-to=copy", "--image=busybox", "--container=debug",
                            "--attach=false", "--", "sleep", "1")
        well_formed(answer, value)


def test_b25_annotations_written_with_a_status_are_left_to_the_next_write(api, namespace):
    """Who may write a status (nodes, controllers) may annotate with it. It is not judged there; an
    update of the object itself says it."""
    value = key()
    thing = deployment("noted", namespace)
    assert api.create(thing).ok
    note = {"metadata": {"annotations": {"example.com/api-token": value}}}
    allowed_both(lambda dry: api.patch(thing, "merge", note, dry, subresource="status"))
    label = api.patch(thing, "merge", {"metadata": {"labels": {"a": "b"}}}, dry_run=True)
    assert any("literal credential" in warning for warning in label.warnings)
    found = json.loads(scan(yaml.safe_dump(api.get(thing))).stdout)["findings"]
    assert [f["severity"] for f in found] == ["deny"]
