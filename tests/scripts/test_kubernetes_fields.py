"""scripts/kubernetes_fields: from OpenAPI documents to the table of built-in kinds."""
import pathlib
import re
import sys

import pytest
import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts" / "fields"))

from openapi import container_lists, secret_leaves  # noqa: E402 (the path is set above)
from table import Unreadable, is_built_in, table  # noqa: E402

TYPES = ROOT / "detection/fields/kubernetes/types.yaml"


def ref(name):
    return {"$ref": f"#/components/schemas/{name}"}


def kind(group, version, name, **properties):
    return {"type": "object", "properties": properties,
            "x-kubernetes-group-version-kind": [{"group": group, "version": version, "kind": name}]}


def server(**schemas):
    """An API server whose core group has these schemas, and a group of somebody else's."""
    other = {"dev.example.v1.Widget": kind("example.dev", "v1", "Widget", x={"type": "string"})}
    documents = {"/core": schemas, "/other": other}
    index = {"paths": {"api/v1": {"serverRelativeURL": "/core"}, "apis/example.dev/v1": {"serverRelativeURL": "/other"},
                       "apis": {"serverRelativeURL": "/none"}}}
    return lambda path: index if path == "/openapi/v3" else {"components": {"schemas": documents[path]}}


POD = {
    "io.k8s.api.core.v1.Pod": kind(
        "", "v1", "Pod",
        labels={"type": "object", "additionalProperties": {"type": "string"}},
        volumes={"type": "array", "items": {"allOf": [ref("io.k8s.api.core.v1.Volume")]}, "description": "Or a Secret."},
        at=ref("io.k8s.meta.v1.Time"), port=ref("io.k8s.util.intstr.IntOrString"),
        mode={"type": "string", "enum": ["A"]}, raw={"type": "object"}, any={}, bytes={"type": "string", "format": "byte"},
        count={"type": "integer", "format": "int32"}),
    "io.k8s.api.core.v1.Volume": {"type": "object", "properties": {
        "name": {"type": "string"}, "inner": {"type": "array", "items": ref("io.k8s.api.core.v1.Volume")}}},
    "io.k8s.api.core.v1.PodList": kind("", "v1", "PodList", items={"type": "array", "items": ref("io.k8s.api.core.v1.Pod")}),
    "io.k8s.meta.v1.Time": {"type": "string", "format": "date-time"},
    "io.k8s.util.intstr.IntOrString": {"oneOf": [{"type": "string"}, {"type": "integer"}]},
    "io.k8s.apis.meta.v1.Status": kind("", "v1", "Status", message={"type": "string"}),
}


def test_each_type_is_once_in_the_table_with_the_shapes_of_its_members():
    made = yaml.safe_load(table(server(**POD), "v1.2.3"))
    assert made == {
        "version": "v1.2.3",
        "kinds": {"v1 Pod": "core.v1.Pod"},
        "types": {
            "core.v1.Pod": {
                "any": "any", "at": "string date-time", "bytes": "string byte", "count": "integer", "labels": "map string",
                "mode": "string enum", "port": "integer or string", "raw": "any", "volumes": "list core.v1.Volume, secret"},
            "core.v1.Volume": {"inner": "list core.v1.Volume", "name": "string"},
        }}


def test_the_same_documents_give_the_same_bytes_in_any_order():
    turned = dict(reversed([(name, {**schema, "properties": dict(reversed(schema.get("properties", {}).items()))})
                            if "properties" in schema else (name, schema) for name, schema in POD.items()]))
    assert table(server(**turned), "v1") == table(server(**POD), "v1")


def test_what_the_table_has_no_word_for_is_an_error():
    inline = kind("", "v1", "Pod", spec={"type": "object", "properties": {"a": {"type": "string"}}})
    with pytest.raises(Unreadable):
        table(server(**{"io.k8s.api.core.v1.Pod": inline}), "v1")
    same_name = {**POD, "io.k8s.api.core.v1.Box": kind("", "v1", "Box", x=ref("io.other.core.v1.Volume")),
                 "io.other.core.v1.Volume": {"type": "object", "properties": {"b": {"type": "string"}}}}
    with pytest.raises(Unreadable, match="core.v1.Volume"):
        table(server(**same_name), "v1")


@pytest.mark.parametrize("group, built_in", [
    ("", True), ("apps", True), ("batch", True), ("networking.k8s.io", True), ("flowcontrol.apiserver.k8s.io", True),
    ("keysteward.dev", False), ("argoproj.io", False), ("example.com", False), ("xk8s.io", False)])
def test_groups_of_kubernetes_itself_are_built_in(group, built_in):
    assert is_built_in(group) == built_in


def test_leaves_that_can_hold_the_name_of_a_secret_and_lists_of_containers_are_found():
    pod = kind("", "v1", "Pod",
               tokenSecret={"type": "string"}, other={"type": "string"},
               ref={**ref("core.v1.Ref"), "description": "A Secret."},
               containers={"type": "array", "items": ref("core.v1.Box")})
    get = server(**{"core.v1.Pod": pod, "core.v1.Ref": {"type": "object", "properties": {"name": {"type": "string"}}},
                    "core.v1.Box": {"type": "object", "properties": {"env": {"type": "array", "items": {"type": "string"}}}}})
    assert sorted(secret_leaves(get, is_built_in)) == [("v1 Pod", "ref.name"), ("v1 Pod", "tokenSecret")]
    assert list(container_lists(get, is_built_in)) == [("v1", "Pod", "containers")]


def test_the_committed_table_is_of_the_pinned_version():
    versions = (ROOT / "scripts/lib/versions.sh").read_text()
    pinned = re.search(r"^KUBERNETES_VERSION=(.+)$", versions, re.M)[1]
    assert yaml.safe_load(TYPES.read_text())["version"] == f"v{pinned}"
