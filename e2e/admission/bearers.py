"""Every built-in kind that bears a pod spec, the ways a key or a Secret can be in it, and the ways
to send it."""

import copy

import admission_samples as samples
from admission_stack import from_secret, meta, well_formed

APP = {"name": "app", "image": "registry.example.com/app:1"}
BATCH = {"Job": "batch/v1", "CronJob": "batch/v1"}
CORE = {"Pod": "v1", "ReplicationController": "v1", "PodTemplate": "v1"}
APPS = dict.fromkeys(("Deployment", "ReplicaSet", "StatefulSet", "DaemonSet"), "apps/v1")
BEARERS = {**CORE, **APPS, **BATCH}

# Way from the object to its pod spec.
WAYS = {
    "Pod": ("spec",),
    "PodTemplate": ("template", "spec"),
    "CronJob": ("spec", "jobTemplate", "spec", "template", "spec"),
}
# The API server lets no ephemeral container into a new pod or a template.
LISTS = ("containers", "initContainers")


def way_to_pod(kind):
    return WAYS.get(kind, ("spec", "template", "spec"))


def pod_spec(thing):
    for member in way_to_pod(thing["kind"]):
        thing = thing[member]
    return thing


def bearer(kind, name, namespace, spec=None):
    """A valid object of the kind around the pod spec; an innocent one without it."""
    spec = copy.deepcopy(spec or {"containers": [dict(APP)]})
    thing = {"apiVersion": BEARERS[kind], "kind": kind, "metadata": meta(name, namespace)}
    if kind == "Pod":
        return {**thing, "spec": spec}
    template = {"metadata": {"labels": {"app": name}}, "spec": spec}
    if kind == "PodTemplate":
        return {**thing, "template": template}
    if kind in BATCH:
        spec["restartPolicy"] = "Never"
        job = {"template": template, "suspend": True} if kind == "Job" else {"template": template}
        outer = job if kind == "Job" else {"schedule": "0 3 * * *", "suspend": True,
                                           "jobTemplate": {"spec": job}}
        return {**thing, "spec": outer}
    selector = {"app": name} if kind == "ReplicationController" else {"matchLabels": {"app": name}}
    more = {} if kind == "DaemonSet" else {"replicas": 0}
    if kind == "DaemonSet":
        spec["nodeSelector"] = {"no": "such-node"}
    if kind == "StatefulSet":
        more["serviceName"] = name
    return {**thing, "spec": {"selector": selector, "template": template, **more}}


def key(seed=5):
    """A value in a provider's form, new for each seed."""
    return samples.make("ghp_{alnum:30}{crc32}", seed)


def literal_env(value):
    return {"env": [{"name": "GITHUB_TOKEN", "value": value}]}


def ways_in(value, ownerless):
    """Name → what a container has to be refused: a literal, or a Secret without an owner."""
    return {
        "env": literal_env(value),
        "args": {"args": [f"--token={value}"]},
        "command": {"command": ["sh", "-c", f"curl -H 'Authorization: Bearer {value}' http://x"]},
        "secretKeyRef": {"env": [from_secret(ownerless)]},
        "secretRef": {"envFrom": [{"secretRef": {"name": ownerless}}]},
    }


def with_container(spec_list, **more):
    """A pod spec whose container in that list holds `more`."""
    container = {"name": "it", "image": "registry.example.com/it:1", **more}
    spec = {"containers": [dict(APP)]}
    spec[spec_list] = [*spec.get(spec_list, []), container]
    return spec


def refused_both(send, *values):
    """`send(dry_run)` is refused by the webhook, in a dry run and for real, with one text."""
    dry, real = send(True), send(False)
    words = well_formed(real, *values)
    assert words == well_formed(dry, *values)
    return words


def allowed_both(send):
    for dry_run in (True, False):
        reply = send(dry_run)
        assert reply.ok, reply
    return reply
