"""Attempts to get a key in by the way an object is written: B06–B08, B13, B14, B19 of
docs/threats.md."""

import copy
import json

import pytest
import yaml

from admission_stack import credential, deployment, eventually, generated_issuer, pod, well_formed
from bearers import (BEARERS, allowed_both, bearer, key, literal_env, pod_spec, refused_both,
                     with_container)
from lab import program

PLACE = "spec.template.spec.containers[0].env[0].value: literal credential ("


def test_b06_the_same_literal_is_refused_by_every_way_of_writing(kubectl, namespace):
    value = key()
    kubectl.write(deployment("ways", namespace))
    env = literal_env(value)["env"]
    wanted = deployment("ways", namespace, env)
    for verb in ("apply", "replace"):
        assert well_formed(kubectl.write(wanted, verb), value).startswith(PLACE)
    server_side = kubectl.run("apply", "--server-side", "--force-conflicts", "-f", "-", stdin=yaml.safe_dump(wanted))
    assert well_formed(server_side, value).startswith(PLACE)
    container = {"name": "app", "image": "registry.example.com/app:1", "env": env}
    whole = {"spec": {"template": {"spec": {"containers": [container]}}}}
    for kind, body in (
        ("merge", whole), ("strategic", whole),
        ("json", [{"op": "add", "path": "/spec/template/spec/containers/0/env", "value": env}]),
    ):
        answer = kubectl.run("patch", "deployment", "ways", "-n", namespace, f"--type={kind}", "-p", yaml.safe_dump(body))
        assert well_formed(answer, value).startswith(PLACE), kind


@pytest.mark.parametrize("who", ["admin", "user", "controller"])
def test_b06_create_on_apply_and_replace_by_force(who, stack, kubectl, people, namespace):
    value = key()
    wanted = deployment(f"forced-{who}", namespace, literal_env(value)["env"])
    assert refused_both(lambda dry: people[who].apply(wanted, dry), value).startswith(PLACE)
    assert people[who].create(deployment(f"forced-{who}", namespace)).ok
    answer = kubectl.run("replace", "--force", "--grace-period=0", "-f", "-", stdin=json.dumps(wanted))
    assert well_formed(answer, value).startswith(PLACE)


def test_b06_one_list_of_many_objects_hides_none(kubectl, namespace):
    value = key()
    items = [pod("innocent", namespace), pod("guilty", namespace, literal_env(value)["env"])]
    answer = kubectl.write({"apiVersion": "v1", "kind": "List", "items": items}, dry_run=True)
    assert "pods/guilty" in answer.text or "guilty" in well_formed(answer, value)


def test_b06_a_collection_of_secrets_is_not_deleted_around_us(stack, people):
    space = stack.namespace()
    api = people["admin"]
    assert api.create(generated_issuer(space)).ok
    assert api.create(credential("kept", space)).ok
    path = f"/api/v1/namespaces/{space}/secrets"
    eventually(lambda: api.call("GET", f"{path}/kept").ok, "the Secret is delivered")
    for who in ("admin", "user"):
        reply = people[who].call("DELETE", path)
        assert well_formed(reply).startswith("this Secret is delivered by ManagedCredential kept")
    assert api.call("GET", f"{path}/kept").ok


def being_deleted(api, thing):
    thing = copy.deepcopy(thing)
    thing["metadata"]["finalizers"] = ["example.com/hold"]
    assert api.create(thing).ok
    api.delete(thing)
    assert api.get(thing)["metadata"]["deletionTimestamp"]
    return thing


@pytest.mark.parametrize("who", ["admin", "user", "controller"])
def test_b07_an_object_that_waits_for_its_finalizer_is_judged(who, people, namespace):
    value = key()
    thing = being_deleted(people["admin"], deployment(f"held-{who}", namespace))
    body = {"spec": {"template": {"spec": {"containers": [
        {"name": "app", **literal_env(value)}]}}}}
    refused_both(lambda dry: people[who].patch(thing, "strategic", body, dry), value)
    note = {"metadata": {"annotations": {"example.com/api-token": value}}}
    refused_both(lambda dry: people[who].patch(thing, "merge", note, dry), value)
    assert people[who].patch(thing, "merge", {"metadata": {"finalizers": None}}).ok
    eventually(lambda: people["admin"].get(thing) is None, "it is gone", 20)


def test_b07_the_finalizer_of_an_old_object_with_a_literal_can_be_taken_off(stack, api):
    space = stack.namespace()
    stack.webhook.stop()
    try:
        thing = being_deleted(api, pod("old", space, literal_env(key())["env"]))
    finally:
        stack.webhook.start()
        stack.wait_ready()
    assert api.patch(thing, "merge", {"metadata": {"finalizers": None}}).ok


@pytest.mark.parametrize("who", ["admin", "user", "controller"])
def test_b08_a_version_that_the_registration_does_not_name_is_judged(who, api, people, namespace):
    """matchPolicy Equivalent: the API server converts the request to the version we asked for."""
    value = key()
    client = people["admin" if who == "user" else who]  # alice may not write these
    older = {"apiVersion": "example.com/v1beta1", "kind": "Function",
             "metadata": {"name": "older", "namespace": namespace}, "spec": literal_env(value)}
    refused_both(lambda dry: client.create(older, dry), value)
    refused_both(lambda dry: client.apply(older, dry), value)
    unknown = {**older, "apiVersion": "example.com/v9"}
    assert api.create(unknown).status == 404


@pytest.mark.parametrize("kind", BEARERS)
def test_b13_a_name_that_is_still_to_come_changes_nothing(kind, people, namespace, ownerless):
    value = key()
    for held in (literal_env(value), {"envFrom": [{"secretRef": {"name": ownerless}}]}):
        thing = bearer(kind, "x", namespace, with_container("containers", **held))
        thing["metadata"] = {"generateName": "drawn-", "namespace": namespace}
        for who in ("user", "admin", "controller"):
            for dry_run in (True, False):
                well_formed(people[who].create(thing, dry_run), value)


def test_b14_only_what_stays_in_its_place_counts_as_old(stack, api, people):
    space = stack.namespace()
    value, other = key(), key(6)
    old = deployment("old", space, [*literal_env(value)["env"], {"name": "LEVEL", "value": "info"}])
    old["spec"]["replicas"] = 0
    stack.webhook.stop()
    try:
        assert api.create(old).ok
    finally:
        stack.webhook.start()
        stack.wait_ready()

    def edited(change):
        thing = copy.deepcopy(old)
        change(pod_spec(thing))
        return thing

    additions = {
        "another value": lambda s: s["containers"][0]["env"][0].update(value=other),
        "another name": lambda s: s["containers"][0]["env"][0].update(name="NPM_TOKEN"),
        "another container": lambda s: s["containers"].append(
            {"name": "second", "image": "registry.example.com/x:1", **literal_env(value)}),
        "an init container": lambda s: s.update(initContainers=[
            {"name": "first", "image": "registry.example.com/x:1", **literal_env(value)}]),
        "an argument": lambda s: s["containers"][0].update(args=[f"--token={value}"]),
        "a second variable": lambda s: s["containers"][0]["env"].append(
            {"name": "SECOND_TOKEN", "value": value}),
        "a renamed container": lambda s: s["containers"][0].update(name="renamed"),
    }
    for what, change in additions.items():
        for who in ("user", "admin", "controller"):
            reply = people[who].replace(edited(change), dry_run=True)
            assert reply.refusal, what
            well_formed(reply, value, other)
    allowed_both(lambda dry: api.replace(edited(lambda s: s["containers"][0]["env"].reverse()), dry))


def test_b19_a_dry_run_leaves_nothing_behind(stack, api):
    space = stack.namespace()
    thing = pod("dry", space, literal_env(key())["env"])

    def told():
        events = api.call("GET", f"/apis/events.k8s.io/v1/namespaces/{space}/events").body["items"]
        everywhere = api.call("GET", "/apis/events.k8s.io/v1/namespaces/default/events").body["items"]
        return [e for e in [*events, *everywhere] if e["regarding"].get("name") == space]

    def denials():
        return program.sample(stack.metrics, "keysteward_admission_verdicts_total",
                              handler="/validate/manifests", verdict="deny")

    before = denials()
    dry = [api.create(thing, dry_run=True) for _ in range(3)]
    assert denials() - before == 3, "a dry run is counted as what it is: a verdict"
    assert api.get(thing) is None
    assert not told()
    real = api.create(thing)
    assert {reply.refusal for reply in dry} == {real.refusal}
    eventually(told, "the summary Event of a real refusal", 20)
