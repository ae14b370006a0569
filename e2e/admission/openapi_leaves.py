"""What the API server's own OpenAPI document says about its kinds: leaves that can hold the name of a
Secret, and lists of containers. A later Kubernetes version adds to them without being asked."""

import re

# Kinds that the tests themselves define; any member is allowed in them.
FREE_FORM = {"argoproj.io", "helm.toolkit.fluxcd.io", "example.com", "tekton.dev", "serving.knative.dev"}


def documents(api):
    """(group/version, schemas) of every one the server has."""
    for path, where in sorted(api.call("GET", "/openapi/v3").body["paths"].items()):
        if path == "api/v1" or re.fullmatch(r"apis/[^/]+/[^/]+", path):
            if path.split("/")[1] in FREE_FORM:
                continue
            document = api.call("GET", where["serverRelativeURL"]).body
            yield path.partition("/")[2], document.get("components", {}).get("schemas", {})


def kinds(api):
    """(group/version, kind, schema, schemas) of every kind with objects of its own."""
    for version, schemas in documents(api):
        for name, schema in schemas.items():
            named = schema.get("x-kubernetes-group-version-kind", [])
            if len(named) == 1 and not named[0]["kind"].endswith("List"):
                said = "/".join(part for part in (named[0]["group"], named[0]["version"]) if part)
                if said == version:
                    yield version, named[0]["kind"], schema, schemas


def _resolved(schema, schemas):
    """The schema behind references, and the name of the one it was."""
    name = None
    while True:
        parts = schema.get("allOf", [])
        reference = schema.get("$ref") or (parts[0].get("$ref") if len(parts) == 1 else None)
        if not reference:
            return schema, name
        name = reference.rpartition("/")[2]
        schema = schemas[name]


def walk(schema, schemas, path="", above=(), about=("", "")):
    """(path, resolved schema, what is said of it and of the member it is in) of every place below;
    lists as [], maps as .*"""
    about = (about[1], schema.get("description", about[1] if path.endswith("[]") else ""))
    schema, name = _resolved(schema, schemas)
    if name in above:
        return
    above = (*above, name) if name else above
    yield path, schema, " ".join(about)
    if isinstance(schema.get("items"), dict):
        yield from walk(schema["items"], schemas, path + "[]", above, about)
    for member, below in schema.get("properties", {}).items():
        yield from walk(below, schemas, f"{path}.{member}" if path else member, above, about)
    if isinstance(schema.get("additionalProperties"), dict):
        yield from walk(schema["additionalProperties"], schemas, path + ".*", above, about)


def secret_leaves(api):
    """(group/version Kind, path) of each text that speaks of a secret: by the names on its way, by
    what is said of it, or of the reference it is part of."""
    for version, kind, schema, schemas in kinds(api):
        for path, found, about in walk(schema, schemas):
            if found.get("type") == "string" and ("secret" in path.lower() or "secret" in about.lower()):
                yield f"{version} {kind}", path


def container_lists(api):
    """(group/version, kind, path) of every list whose items have an environment."""
    for version, kind, schema, schemas in kinds(api):
        for path, found, _ in walk(schema, schemas):
            if path.endswith("[]") and {"env", "envFrom"} & set(found.get("properties", {})):
                yield version, kind, path.removesuffix("[]")
