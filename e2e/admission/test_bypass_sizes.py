"""Attempts to be too large to be looked at: B15 of docs/threats.md. The API server takes a request of
3 MiB and stores 1.5; what it sends us may be several times that, since it escapes."""

import copy
import json

import pytest

from admission_stack import deployment, meta, pod, well_formed
from bearers import key, literal_env, pod_spec, refused_both

MIB = 1 << 20


def padded(fill):
    """A Deployment with a literal behind, and before, what `fill` adds to its container."""
    def make(name, namespace, value):
        thing = deployment(name, namespace)
        container = pod_spec(thing)["containers"][0]
        fill(container, thing)
        container["env"] = [*container.get("env", []), *literal_env(value)["env"]]
        return thing
    return make


def many_variables(container, _):
    container["env"] = [{"name": f"V{i}", "value": ""} for i in range(20_000)]


def many_arguments(container, _):
    container["args"] = [""] * 330_000


def long_text(container, _):
    container["args"] = ["x" * (1_400 << 10)]


def escaped_text(container, _):
    """Each of these is six bytes in what the API server sends."""
    container["args"] = ["<" * (1_400 << 10)]


def long_annotations(container, thing):
    thing["metadata"]["annotations"] = {f"example.com/a{i}": "y" * (25 << 10) for i in range(10)}
    container["args"] = ["x" * MIB]


PADDINGS = {"variables": many_variables, "arguments": many_arguments, "text": long_text,
            "escaped text": escaped_text, "annotations": long_annotations}


@pytest.mark.parametrize("who", ["admin", "user", "controller"])
@pytest.mark.parametrize("way", PADDINGS)
def test_b15_no_padding_hides_a_key(way, who, people, namespace):
    value = key()
    thing = padded(PADDINGS[way])("padded", namespace, value)
    reply = people[who].create(thing, dry_run=True)
    assert reply.refusal, reply
    well_formed(reply, value)
    assert people[who].create(thing).status != 201


@pytest.mark.parametrize("way", PADDINGS)
def test_b15_nor_in_an_update_that_carries_two_of_them(way, api, namespace):
    value, name = key(), "padded-" + way.replace(" ", "-")
    guilty = padded(PADDINGS[way])(name, namespace, value)
    innocent = copy.deepcopy(guilty)
    pod_spec(innocent)["containers"][0]["env"].pop()
    innocent["spec"]["replicas"] = 0
    made = api.create(innocent)
    assert made.ok or made.refusal, made
    if not made.ok:  # too large to be judged, which is said
        well_formed(made)
        return
    reply = api.replace(guilty, dry_run=True)
    assert reply.refusal, reply
    well_formed(reply, value)
    api.delete(innocent)


@pytest.mark.parametrize("who", ["admin", "user", "controller"])
def test_b15_a_full_config_map_is_judged(who, people, namespace):
    value = key()
    for filler, count in (("x", MIB), ("<", MIB), ("\n", MIB), ("\u0001", MIB // 2)):
        thing = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta("full", namespace),
                 "data": {"a": filler * (count - 2000), "z-token": value}}
        refused_both(lambda dry, t=thing: people[who].create(t, dry), value)


def function(namespace, spec):
    return {"apiVersion": "example.com/v1", "kind": "Function", "metadata": meta("odd", namespace), "spec": spec}


SHAPES = {
    "deep": '{"a":' * 120 + "{}" + "}" * 120,
    "deeper": '{"a":' * 2_000 + "{}" + "}" * 2_000,
    "many": '{"a":[' + "{}," * 250_000 + "{}]}",
}


@pytest.mark.parametrize("shape", SHAPES)
def test_b15_a_shape_beyond_our_limits_is_refused(shape, api, namespace):
    """A custom resource may have any shape. What cannot be read is not let through."""
    value = key()
    text = json.dumps(function(namespace, {**literal_env(value), "pad": "HERE"})).replace('"HERE"', SHAPES[shape])
    reply = api.call("POST", f"/apis/example.com/v1/namespaces/{namespace}/functions", text, dryRun=True)
    assert reply.refusal, reply
    well_formed(reply, value)


def test_b15_an_ordinary_large_object_passes(api, namespace):
    thing = pod("large", namespace, [{"name": f"V{i}", "value": "info"} for i in range(5_000)])
    reply = api.create(thing, dry_run=True)
    assert reply.ok, reply
