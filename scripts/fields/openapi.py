"""What an API server's own OpenAPI documents say about its kinds. Read from a server or from files,
through a function that gives the document of a path.

    for version, kind, schema, schemas in kinds(get, wanted): ...
"""

import re


def documents(get, wanted):
    """(group/version, schemas) of every one for whose group `wanted` holds, in their order by name."""
    for path, where in sorted(get("/openapi/v3")["paths"].items()):
        if path != "api/v1" and not re.fullmatch(r"apis/[^/]+/[^/]+", path):
            continue
        version = path.partition("/")[2]
        if wanted(group_of(version)):
            yield version, get(where["serverRelativeURL"]).get("components", {}).get("schemas", {})


def group_of(version):
    return version.rpartition("/")[0]


def kinds(get, wanted):
    """(group/version, kind, name of its schema, schemas) of every kind with objects of its own."""
    for version, schemas in documents(get, wanted):
        for name, schema in sorted(schemas.items()):
            named = schema.get("x-kubernetes-group-version-kind", [])
            # What requests and answers are made of is no object of any group.
            if len(named) != 1 or named[0]["kind"].endswith("List") or ".apis.meta." in name:
                continue
            if "/".join(part for part in (named[0]["group"], named[0]["version"]) if part) == version:
                yield version, named[0]["kind"], name, schemas


def reference(schema):
    """The name of the schema that this one stands for, or None."""
    parts = schema.get("allOf", [])
    target = schema.get("$ref") or (parts[0].get("$ref") if len(parts) == 1 else None)
    return target.rpartition("/")[2] if target else None


def walk(schema, schemas, path="", above=(), about=("", "")):
    """(path, resolved schema, what is said of it and of the member it is in) of every place below;
    lists as [], maps as .*"""
    about = (about[1], schema.get("description", about[1] if path.endswith("[]") else ""))
    name = reference(schema)
    if name:
        if name in above:
            return
        above = (*above, name)
        schema = schemas[name]
    yield path, schema, " ".join(about)
    if isinstance(schema.get("items"), dict):
        yield from walk(schema["items"], schemas, path + "[]", above, about)
    for member, below in schema.get("properties", {}).items():
        yield from walk(below, schemas, f"{path}.{member}" if path else member, above, about)
    if isinstance(schema.get("additionalProperties"), dict):
        yield from walk(schema["additionalProperties"], schemas, path + ".*", above, about)


def secret_leaves(get, wanted):
    """(group/version Kind, path) of each text that speaks of a secret: by the names on its way, by
    what is said of it, or of the reference it is part of."""
    for version, kind, name, schemas in kinds(get, wanted):
        for path, found, about in walk(schemas[name], schemas):
            if found.get("type") == "string" and speaks_of_secrets(path + about):
                yield f"{version} {kind}", path


def speaks_of_secrets(text):
    return "secret" in text.lower()


def container_lists(get, wanted):
    """(group/version, kind, path) of every list whose items have an environment."""
    for version, kind, name, schemas in kinds(get, wanted):
        for path, found, _ in walk(schemas[name], schemas):
            if path.endswith("[]") and {"env", "envFrom"} & set(found.get("properties", {})):
                yield version, kind, path.removesuffix("[]")
