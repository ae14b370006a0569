"""Containers' environments, headers and hooks, in every kind that carries a pod."""

from detection.marks import mark, one_line, quoted
from detection.places import place
from detection.places.pods import container, env, head, name_of, neighbours, workload


def entry(name, value):
    return f"- name: {name}\n  value: {quoted(mark(value))}\n"


def plain_entry(name, value):
    """Without quotes where YAML allows it, as most people write."""
    simple = all(c.isalnum() or c in "-_./+=" for c in value) and value[0].isalpha() and value[-1] != "="
    return f"- name: {name}\n  value: {mark(value) if simple else quoted(mark(value))}\n"


def in_kind(kind):
    def render(name, value, rnd):
        return workload(kind, rnd, container(rnd, env(rnd, plain_entry(name, value))))
    return render


for _kind in ("Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob", "Pod", "ReplicaSet"):
    place(f"env of a {_kind}")(in_kind(_kind))


@place("env entry in flow style")
def flow(name, value, rnd):
    return workload("Deployment", rnd, container(
        rnd, env(rnd, f"- {{name: {name}, value: {quoted(mark(value))}}}\n")))


@place("env with value before name")
def value_first(name, value, rnd):
    return workload("Deployment", rnd, container(
        rnd, env(rnd, f"- value: {quoted(mark(value))}\n  name: {name}\n")))


def _object(name, value, rnd):
    return {"apiVersion": "apps/v1", "kind": "Deployment",
            "metadata": {"name": name_of(rnd), "namespace": "shop"},
            "spec": {"replicas": 2, "selector": {"matchLabels": {"app": "x"}},
                     "template": {"metadata": {"labels": {"app": "x"}}, "spec": {"containers": [
                         {"name": "app", "image": "acme/app:1",
                          "env": [{"name": "LOG_LEVEL", "value": "info"},
                                  {"name": name, "value": mark(value)}]}]}}}}


@place("env in one-line JSON")
def json_line(name, value, rnd):
    return one_line(_object(name, value, rnd)) + "\n"


@place("env in indented JSON")
def json_indented(name, value, rnd):
    import json
    return json.dumps(_object(name, value, rnd), indent=2, ensure_ascii=False) + "\n"


@place("env of an init container")
def init(name, value, rnd):
    return workload("Deployment", rnd, container(rnd, "args: [serve]"),
                    "initContainers:\n" + container(rnd, env(rnd, entry(name, value)), "migrate"))


@place("env of a native sidecar")
def sidecar(name, value, rnd):
    return workload("Deployment", rnd, container(rnd, "args: [serve]"), "initContainers:\n" + container(
        rnd, "restartPolicy: Always\n" + env(rnd, entry(name, value)), "proxy"))


@place("env of a second container")
def second(name, value, rnd):
    return workload("StatefulSet", rnd, container(rnd, "args: [serve]") + container(
        rnd, env(rnd, entry(name, value)), "exporter"))


@place("env of an ephemeral container")
def ephemeral(name, value, rnd):
    return workload("Pod", rnd, container(rnd, "args: [serve]"), "ephemeralContainers:\n" + container(
        rnd, "targetContainerName: app\n" + env(rnd, entry(name, value)), "debug"))


@place("env of a PodTemplate")
def pod_template(name, value, rnd):
    from detection.marks import block
    return head("PodTemplate", "v1", rnd) + "template:\n  spec:\n    containers:\n" + block(
        container(rnd, env(rnd, entry(name, value))), 4) + "\n"


@place("env value holding JSON", "camel")
def env_json(name, value, rnd):
    text = one_line({"host": "db.prod.svc", "port": 5432, name: mark(value)})
    return workload("Deployment", rnd, container(
        rnd, env(rnd, f"- name: APP_CONFIG\n  value: '{text.replace(chr(39), chr(39) * 2)}'\n")))


@place("env literal scalar")
def env_literal(name, value, rnd):
    return workload("Deployment", rnd, container(
        rnd, env(rnd, f"- name: {name}\n  value: |\n    {mark(value)}\n")))


@place("env folded scalar")
def env_folded(name, value, rnd):
    return workload("Deployment", rnd, container(
        rnd, env(rnd, f"- name: {name}\n  value: >-\n    {mark(value)}\n")))


@place("probe header X-Api-Key", "header", twins=False)
def probe_header(name, value, rnd):
    header = rnd.choice(["X-Api-Key", "X-Auth-Token", "X-Api-Token", "Api-Key"])
    return workload("Deployment", rnd, container(
        rnd, "livenessProbe:\n  httpGet:\n    path: /healthz\n    port: 8080\n    httpHeaders:\n"
        f"    - name: {header}\n      value: {quoted(mark(value))}\n"))


@place("probe header Authorization Bearer", "header", twins=False)
def probe_bearer(name, value, rnd):
    return workload("Deployment", rnd, container(
        rnd, "readinessProbe:\n  httpGet:\n    path: /ready\n    port: http\n    httpHeaders:\n"
        f"    - name: Authorization\n      value: {quoted('Bearer ' + mark(value))}\n"))


@place("lifecycle hook exec")
def hook(name, value, rnd):
    return workload("Deployment", rnd, container(
        rnd, "lifecycle:\n  postStart:\n    exec:\n      command:\n      - /bin/sh\n      - -c\n"
        f"      - {quoted(f'{name}={mark(value)} /opt/register --once')}\n"))


@place("lifecycle hook header", "header", twins=False)
def hook_header(name, value, rnd):
    return workload("Deployment", rnd, container(
        rnd, "lifecycle:\n  preStop:\n    httpGet:\n      path: /drain\n      port: 8080\n      httpHeaders:\n"
        f"      - name: X-Admin-Token\n        value: {quoted(mark(value))}\n"))


@place("env beside many others")
def many(name, value, rnd):
    others = "".join(f"- name: SETTING_{i}\n  value: \"{i}\"\n" for i in range(40))
    return workload("Deployment", rnd, container(
        rnd, "env:\n" + others + entry(name, value) + "".join(neighbours(rnd))))
