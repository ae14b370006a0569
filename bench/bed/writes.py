"""Writes: which objects of a cluster changed between two moments, whoever changed them.

Looks at every kind the API server lists, so it needs no word of the program under test. Leases are
left out: leaders renew them for ever.
"""

LEFT_OUT = {"leases.coordination.k8s.io"}


def listable(api):
    """Paths of all collections, by name."""
    paths = {}
    for group in api.get("/apis")["groups"]:
        version = group["preferredVersion"]["groupVersion"]
        add_resources(api, f"/apis/{version}", group["name"], paths)
    add_resources(api, "/api/v1", "", paths)
    return paths


def add_resources(api, root, group, paths):
    for resource in api.get(root)["resources"]:
        name = f"{resource['name']}.{group}".rstrip(".")
        if "list" in resource["verbs"] and "/" not in name and name not in LEFT_OUT:
            paths[name] = f"{root}/{resource['name']}"


def versions(api, paths):
    """Resource name, namespace and name → resourceVersion of every object."""
    seen = {}
    for resource, path in paths.items():
        page = ""
        while True:
            listed = api.get(f"{path}?limit=500{page and '&continue=' + page}")
            for item in listed["items"]:
                meta = item["metadata"]
                key = (resource, meta.get("namespace", ""), meta["name"])
                seen[key] = meta.get("resourceVersion", "")
            page = listed["metadata"].get("continue", "")
            if not page:
                break
    return seen


def changed(before, after):
    """Keys of what was made, changed or removed."""
    return sorted(key for key in before.keys() | after.keys() if before.get(key) != after.get(key))
