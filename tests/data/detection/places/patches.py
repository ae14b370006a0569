"""JSON patches: files of their own, and what Kustomize, Argo CD and Flux carry. Their path names the value."""

from detection.marks import block, mark, one_line, quoted
from detection.places import place
from detection.places.gitops import application
from detection.places.pods import head

FIRST = "- op: replace\n  path: /spec/replicas\n  value: 3\n"


def operation(rnd, path, value):
    lines = [f"op: {rnd.choice(['add', 'replace'])}", f"path: {rnd.choice([path, quoted(path)])}",
             f"value: {quoted(mark(value))}"]
    return "- " + "\n  ".join(lines) + "\n"


def entry(rnd, name, value):
    return ("- op: add\n  path: /spec/template/spec/containers/0/env/-\n  value:\n"
            f"    name: {name}\n    value: {quoted(mark(value))}\n")


def kustomization(rest):
    return "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [../base]\n" + rest


@place("JSON patch file of a ConfigMap")
def of_map(name, value, rnd):
    return FIRST * rnd.randrange(2) + operation(rnd, f"/data/{name}", value)


@place("JSON patch file of a custom resource", "camel")
def of_resource(name, value, rnd):
    return operation(rnd, f"/spec/{rnd.choice(['auth', 'database', 'config/backend'])}/{name}", value)


@place("JSON patch file, list of JSON objects", "camel")
def of_json(name, value, rnd):
    things = [{"op": "remove", "path": "/spec/paused"},
              {"op": "add", "path": f"/spec/auth/{name}", "value": mark(value)}]
    return one_line(things) + "\n" if rnd.random() < 0.5 else "[\n  " + ",\n  ".join(map(one_line, things)) + "\n]\n"


@place("Kustomize patch of a ConfigMap's path")
def kustomize(name, value, rnd):
    member = rnd.choice(["patches", "patchesJson6902"])
    return kustomization(f"{member}:\n- target: {{kind: ConfigMap, name: settings}}\n  patch: |-\n"
                         + block(operation(rnd, f"/data/{name}", value), 4) + "\n")


@place("Kustomize helmCharts valuesInline", "camel")
def kustomize_helm(name, value, rnd):
    return kustomization("helmCharts:\n- name: postgresql\n  repo: https://charts.acme.example\n  valuesInline:\n"
                         f"    auth:\n      username: app\n      {name}: {quoted(mark(value))}\n")


@place("Argo CD kustomize.patches")
def argo(name, value, rnd):
    change = rnd.choice([operation(rnd, f"/data/{name}", value), entry(rnd, name, value)])
    return application(rnd, "kustomize:\n  patches:\n  - target: {kind: ConfigMap, name: settings}\n"
                       "    patch: |-\n" + block(change, 6) + "\n")


@place("Flux Kustomization patches")
def flux(name, value, rnd):
    change = rnd.choice([operation(rnd, f"/data/{name}", value), entry(rnd, name, value)])
    return head("Kustomization", "kustomize.toolkit.fluxcd.io/v1", rnd) + (
        "spec:\n  interval: 10m\n  path: ./apps\n  patches:\n  - target: {kind: Deployment}\n    patch: |\n"
        + block(change, 6) + "\n")
