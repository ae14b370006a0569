"""Helm values and what Flux, Argo CD and Kustomize carry."""

from detection.marks import block, mark, one_line, quoted
from detection.places import place
from detection.places.pods import head


def release(rnd, values):
    return head("HelmRelease", "helm.toolkit.fluxcd.io/v2", rnd) + (
        "spec:\n  interval: 10m\n  chart: {spec: {chart: app, version: 1.2.3}}\n  values:\n" + block(values, 4) + "\n")


@place("HelmRelease values", "camel")
def helm_release(name, value, rnd):
    return release(rnd, f"image: {{tag: 1.2.3}}\nauth:\n  username: app\n  {name}: {quoted(mark(value))}\n")


@place("HelmRelease values, auth.password", twins=False)
def helm_auth(name, value, rnd):
    return release(rnd, f"postgresql:\n  auth:\n    username: app\n    password: {quoted(mark(value))}\n")


@place("HelmRelease values, env map")
def helm_env(name, value, rnd):
    return release(rnd, f"env:\n  TZ: UTC\n  {name}: {quoted(mark(value))}\n")


@place("HelmRelease values, extraEnv list")
def helm_extra(name, value, rnd):
    return release(rnd, f"extraEnv:\n- name: {name}\n  value: {quoted(mark(value))}\n")


@place("HelmRelease values, config text", "snake")
def helm_config(name, value, rnd):
    return release(rnd, f"config: |\n  [auth]\n  {name} = {mark(value)}\n")


def application(rnd, source):
    return head("Application", "argoproj.io/v1alpha1", rnd) + (
        "spec:\n  project: default\n  destination: {server: https://kubernetes.default.svc, namespace: shop}\n"
        "  source:\n    repoURL: https://charts.acme.example\n    chart: app\n    targetRevision: 1.2.3\n"
        + block(source, 4) + "\n")


@place("Argo CD helm parameters", "dotted")
def argo_parameters(name, value, rnd):
    return application(rnd, "helm:\n  parameters:\n  - name: replicaCount\n    value: \"2\"\n"
                       f"  - name: global.{name}\n    value: {quoted(mark(value))}\n    forceString: true\n")


@place("Argo CD valuesObject", "camel")
def argo_object(name, value, rnd):
    return application(rnd, f"helm:\n  valuesObject:\n    auth:\n      {name}: {quoted(mark(value))}\n")


@place("Argo CD values text", "camel")
def argo_values(name, value, rnd):
    return application(rnd, f"helm:\n  values: |\n    replicaCount: 2\n    auth:\n      {name}: {quoted(mark(value))}\n")


@place("Argo CD plugin env")
def argo_plugin(name, value, rnd):
    return application(rnd, f"plugin:\n  name: vault\n  env:\n  - name: {name}\n    value: {quoted(mark(value))}\n")


@place("Argo CD jsonnet external variables")
def argo_jsonnet(name, value, rnd):
    return application(rnd, "directory:\n  jsonnet:\n    extVars:\n"
                       f"    - name: {name}\n      value: {quoted(mark(value))}\n")


@place("ApplicationSet generator", "camel")
def application_set(name, value, rnd):
    return head("ApplicationSet", "argoproj.io/v1alpha1", rnd) + (
        "spec:\n  generators:\n  - list:\n      elements:\n"
        f"      - cluster: prod\n        {name}: {quoted(mark(value))}\n  template: {{}}\n")


@place("Flux postBuild substitute", "snake")
def flux(name, value, rnd):
    return head("Kustomization", "kustomize.toolkit.fluxcd.io/v1", rnd) + (
        "spec:\n  interval: 10m\n  path: ./apps\n  prune: true\n  postBuild:\n    substitute:\n"
        f"      cluster: prod\n      {name}: {quoted(mark(value))}\n")


@place("Kustomize configMapGenerator literal")
def kustomize(name, value, rnd):
    return ("apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [app.yaml]\n"
            "configMapGenerator:\n- name: settings\n  literals:\n  - LOG_LEVEL=info\n"
            f"  - {quoted(name + '=' + mark(value))}\n")


@place("Kustomize patch text")
def kustomize_patch(name, value, rnd):
    return ("apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [app.yaml]\npatches:\n"
            "- target: {kind: Deployment}\n  patch: |-\n    - op: add\n      path: /spec/template/spec/containers/0/env/-\n"
            f"      value:\n        name: {name}\n        value: {quoted(mark(value))}\n")


@place("k3s HelmChart valuesContent", "camel")
def helm_chart(name, value, rnd):
    return head("HelmChart", "helm.cattle.io/v1", rnd) + (
        f"spec:\n  chart: app\n  valuesContent: |-\n    auth:\n      {name}: {quoted(mark(value))}\n")


@place("k3s HelmChart set", "dotted")
def helm_set(name, value, rnd):
    return head("HelmChart", "helm.cattle.io/v1", rnd) + (
        f"spec:\n  chart: app\n  set:\n    global.{name}: {quoted(mark(value))}\n    replicas: \"2\"\n")


@place("values.yaml of a chart", "camel")
def values(name, value, rnd):
    return (f"replicaCount: 2\nimage:\n  repository: acme/app\n  tag: 1.2.3\nauth:\n  enabled: true\n  {name}: "
            f"{quoted(mark(value))}\nservice:\n  type: ClusterIP\n")


@place("values.yaml, JSON in a text", "camel")
def values_json(name, value, rnd):
    return f"replicaCount: 2\nconfigJson: |\n  {one_line({'mode': 'fast', name: mark(value)})}\n"
