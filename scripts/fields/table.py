"""The built-in kinds of Kubernetes as the table detection/fields/kubernetes/types.yaml: each type once,
with its members, and the type of each kind.

A member is "SHAPE[, secret]": `list` and `map` before what they hold; then a type of the table or what
a leaf takes (string, string enum, integer, any, ...). `secret`: its description speaks of secrets.
"""

from openapi import group_of, kinds, reference, speaks_of_secrets

HEAD = """\
# The built-in kinds of Kubernetes {version}, from the OpenAPI documents of its API server. Made by
# scripts/kubernetes_fields; do not edit. What a field means is in review.yaml.
"""


class Unreadable(Exception):
    """A document holds what the table has no word for."""


def is_built_in(group):
    """Groups of Kubernetes itself: those without a domain, and those below k8s.io."""
    return "." not in group or group.endswith(".k8s.io")


def short(name):
    """core.v1.Pod of io.k8s.api.core.v1.Pod."""
    return ".".join(name.split(".")[-3:])


def shape(schema, schemas):
    """What stands in a place, in the words of the table."""
    name = reference(schema)
    if name:
        target = schemas[name]
        return short(name) if target.get("properties") else shape(target, schemas)
    choices = schema.get("oneOf") or schema.get("anyOf")
    if choices:
        return " or ".join(sorted(choice["type"] for choice in choices))
    kind = schema.get("type")
    if kind == "array":
        return f"list {shape(schema['items'], schemas)}"
    if kind == "object" and schema.get("properties"):
        raise Unreadable("members inside a member have no name of their own")
    if kind == "object" and isinstance(schema.get("additionalProperties"), dict):
        return f"map {shape(schema['additionalProperties'], schemas)}"
    if kind in (None, "object"):
        return "any"
    if kind == "string":
        return " ".join(["string"] + (["enum"] if "enum" in schema else []) + [schema.get("format", "")]).strip()
    return kind


def members_of(schema, schemas):
    rows = {}
    for name, member in sorted(schema["properties"].items()):
        said = ", secret" if speaks_of_secrets(member.get("description", "")) else ""
        rows[name] = shape(member, schemas) + said
    return rows


def collect(name, schemas, types):
    """Adds the type and all that its members are of."""
    if not schemas[name].get("properties"):
        return
    key, rows = short(name), members_of(schemas[name], schemas)
    if key in types:
        if types[key] != rows:
            raise Unreadable(f"two types are called {key}")
        return
    types[key] = rows
    for member in schemas[name]["properties"].values():
        for below in references_in(member):
            collect(below, schemas, types)


def references_in(schema):
    name = reference(schema)
    if name:
        yield name
    for inside in (schema.get("items"), schema.get("additionalProperties")):
        if isinstance(inside, dict):
            yield from references_in(inside)


def table(get, version):
    """The text of types.yaml."""
    roots, types = {}, {}
    for of, kind, name, schemas in kinds(get, is_built_in):
        roots[f"{of} {kind}"] = short(name)
        collect(name, schemas, types)
    lines = [HEAD.format(version=version), f"version: {version}\n", "kinds:\n"]
    # The core group first: a document without apiVersion is taken for the first kind of its name.
    for kind in sorted(roots, key=lambda each: (group_of(each.split(" ")[0]) != "", each)):
        lines.append(f"  {kind}: {roots[kind]}\n")
    lines.append("types:\n")
    for name in sorted(types):
        lines.append(f"  {name}:\n")
        lines += [f"    {member}: {shape_of}\n" for member, shape_of in types[name].items()]
    return "".join(lines)
