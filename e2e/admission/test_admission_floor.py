"""The chart's floor on a real API server alone: what it refuses while no webhook answers, and what it
leaves alone. Needs no program of ours, and uses the cluster of the other tests only when it is up."""
import json
import random
import re
import string
import tempfile
import uuid

import pytest
import yaml
from admission_stack import REPOSITORY, SYSTEM, Kubectl, deployment, eventually, meta, pod
from lab import program
from lab.cluster import LocalCluster

KINDS = {"ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"}
FLOOR = yaml.safe_load((REPOSITORY / "charts/keysteward/files/floor.yaml").read_text())


def unmistakable(seed=1):
    """A value of a key's form that the expressions of the floor take for one."""
    numbers = random.Random(seed)
    while True:
        value = "sk" + "_live_" + "".join(numbers.choices(string.ascii_letters + string.digits, k=24))
        if all(re.search(e, value) for e in [FLOOR["form"], *FLOOR["found"]]) and \
                not any(re.search(e, value) for e in FLOOR["absent"]):
            return value


@pytest.fixture(scope="module")
def kubectl():
    cluster = LocalCluster(tempfile.mkdtemp(prefix="floor-"))
    try:
        cluster.up("--control-plane-only")
        program.install_chart_objects(cluster, SYSTEM, KINDS, "--set", "webhook.floor.enabled=true")
        made = Kubectl(cluster.env)
        probe = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "probe"}, "data": {"x": unmistakable()}}
        eventually(lambda: not made.write(probe, dry_run=True, namespace="default").ok, "the floor is in force")
        yield made
    finally:
        cluster.down()


def space(kubectl, **labels):
    name = "floor-" + uuid.uuid4().hex[:8]
    kubectl.must("create", "-f", "-", stdin=json.dumps({
        "apiVersion": "v1", "kind": "Namespace",
        "metadata": {"name": name, "labels": {k.replace("__", "/"): v for k, v in labels.items()}}}))
    eventually(lambda: kubectl.run("get", "serviceaccount", "default", "-n", name).ok, "service account")
    return name


@pytest.fixture(scope="module")
def namespace(kubectl):
    return space(kubectl)


def literal(value):
    return [{"name": "LEVEL", "value": value}]


def holders(namespace, value):
    """Objects of every kind that the floor looks at, with the value in them."""
    template = {"metadata": {"labels": {"app": "x"}}, "spec": pod("x", namespace, literal(value))["spec"]}
    job = {**template, "spec": {**template["spec"], "restartPolicy": "Never"}}

    def of(version, kind, spec):
        return {"apiVersion": version, "kind": kind, "metadata": meta("x", namespace), "spec": spec}
    selector = {"matchLabels": {"app": "x"}}
    arguments = pod("y", namespace)
    arguments["spec"]["containers"][0]["args"] = ["--token=" + value]
    before = pod("z", namespace)
    before["spec"]["initContainers"] = [{"name": "init", "image": "x", "command": ["login", value]}]
    return {
        "env": pod("x", namespace, literal(value)), "args": arguments, "init": before,
        "deployment": deployment("x", namespace, literal(value)),
        "statefulset": of("apps/v1", "StatefulSet", {"serviceName": "x", "selector": selector, "template": template}),
        "daemonset": of("apps/v1", "DaemonSet", {"selector": selector, "template": template}),
        "replicaset": of("apps/v1", "ReplicaSet", {"selector": selector, "template": template}),
        "job": of("batch/v1", "Job", {"template": job}),
        "cronjob": of("batch/v1", "CronJob", {"schedule": "0 0 1 1 *", "jobTemplate": {"spec": {"template": job}}}),
        "controller": of("v1", "ReplicationController", {"selector": {"app": "x"}, "template": template}),
        "template": {"apiVersion": "v1", "kind": "PodTemplate", "metadata": meta("x", namespace), "template": template},
        "configmap": {"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta("x", namespace), "data": {"x": value}},
    }


@pytest.mark.parametrize("place", holders("", "").keys())
def test_an_unmistakable_key_is_refused_with_a_fix_and_without_the_value(kubectl, namespace, place):
    value = unmistakable()
    answer = kubectl.write(holders(namespace, value)[place], dry_run=True)
    assert not answer.ok
    assert "keysteward-floor-" in answer.text and "literal credential. Fix: " in answer.text
    assert value not in answer.text
    assert kubectl.write(holders(namespace, "debug")[place], dry_run=True).ok


@pytest.mark.parametrize("value", [
    "sk" + "_live_" + "x" * 24, "sk" + "_live_" + "0123456789abcdefghijABCD", "sk" + "_live_EXAMPLE0a9z8y7x6w5v4u3",
    "the key " + unmistakable(), unmistakable() + "!", "sk" + "_test_" + unmistakable()[8:]])
def test_what_only_looks_like_one_passes(kubectl, namespace, value):
    for place, thing in holders(namespace, value).items():
        answer = kubectl.write(thing, dry_run=True)
        assert answer.ok, (place, answer.text)


def test_what_was_there_before_stays_writable_and_an_added_key_is_refused(kubectl, namespace):
    old, new = unmistakable(1), unmistakable(2)
    bindings = kubectl.must("get", "validatingadmissionpolicybinding", "-o", "name").split()
    saved = [kubectl.get(name) for name in bindings]
    kubectl.must("delete", *bindings)
    thing = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta("old", namespace), "data": {"a": old}}
    work = deployment("old", namespace, literal(old))
    work["spec"]["replicas"] = 0
    try:
        eventually(lambda: kubectl.write(thing, dry_run=True).ok, "the floor is gone")
        for each in (thing, work):
            kubectl.must("create", "-f", "-", stdin=json.dumps(each))
    finally:
        for each in saved:
            for field in ("uid", "resourceVersion", "creationTimestamp", "generation", "managedFields"):
                each["metadata"].pop(field, None)
            kubectl.must("create", "-f", "-", stdin=json.dumps(each))
    other = {**thing, "metadata": meta("other", namespace)}
    eventually(lambda: not kubectl.write(other, dry_run=True).ok, "the floor is back")
    thing["data"]["level"] = "debug"
    work["spec"]["replicas"] = 1
    for each in (thing, work):
        answer = kubectl.write(each, verb="apply", dry_run=True)
        assert answer.ok, answer.text
    thing["data"]["b"] = new
    work["spec"]["template"]["spec"]["containers"][0]["env"].append({"name": "MORE", "value": new})
    for each in (thing, work):
        assert not kubectl.write(each, verb="apply", dry_run=True).ok


@pytest.mark.parametrize("mode, refused", [("deny", True), ("warn", False), ("audit", False), ("off", False)])
def test_the_mode_of_a_namespace_counts(kubectl, mode, refused):
    name = "floor-" + uuid.uuid4().hex[:8]
    kubectl.must("create", "-f", "-", stdin=json.dumps({
        "apiVersion": "v1", "kind": "Namespace",
        "metadata": {"name": name, "labels": {"keysteward.dev/enforce": mode}}}))
    answer = kubectl.write(holders(name, unmistakable())["configmap"], dry_run=True)
    assert answer.ok != refused, answer.text


def test_the_work_of_a_controller_and_an_excluded_namespace_pass(kubectl, namespace):
    made = pod("x", namespace, literal(unmistakable()), ownerReferences=[
        {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "x", "uid": "u", "controller": True}])
    assert kubectl.write(made, dry_run=True).ok
    system = holders("kube-system", unmistakable())["configmap"]
    assert kubectl.write(system, dry_run=True).ok


def test_the_api_server_finds_no_fault_with_the_expressions(kubectl):
    for policy in kubectl.get("validatingadmissionpolicy")["items"]:
        checking = policy.get("status", {}).get("typeChecking", {})
        assert not checking.get("expressionWarnings"), json.dumps(checking)[:2000]


def test_an_object_of_many_innocent_values_passes_within_the_cost_limit(kubectl, namespace):
    thing = pod("many", namespace, [{"name": f"N{i}", "value": "v" * 40} for i in range(1000)])
    assert kubectl.write(thing, dry_run=True).ok
    thing["spec"]["containers"][0]["env"].append({"name": "LAST", "value": unmistakable()})
    assert not kubectl.write(thing, dry_run=True).ok, "the limit was not reached, so the key was seen"
