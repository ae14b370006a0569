"""A real control plane with operator and webhook as processes of this machine.

The two run under their own service accounts, with the chart's roles and the chart's registration, so
that what only the operator may do is refused to everybody else for real.
"""
import base64
import datetime
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import uuid

import yaml

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY / "e2e"))

from lab import keysteward, program  # noqa: E402 (the path is set above)
from lab.cluster import LocalCluster  # noqa: E402
from lab.review import ReviewClient  # noqa: E402

BIN = pathlib.Path(os.environ.get("KEYSTEWARD_BIN", REPOSITORY / "build" / "dev" / "bin"))
SYSTEM = "keysteward-system"
OPERATOR = f"system:serviceaccount:{SYSTEM}:keysteward-operator"
WAIT = float(os.environ.get("KEYSTEWARD_WAIT", "120"))

# Kinds of others that tests/data has manifests of; the chart registers them by values.
FOREIGN = {
    "Application": ("argoproj.io", "v1alpha1", "applications"),
    "HelmRelease": ("helm.toolkit.fluxcd.io", "v2", "helmreleases"),
    "Function": ("example.com", "v1", "functions"),
    "PipelineRun": ("tekton.dev", "v1", "pipelineruns"),
    "Service": ("serving.knative.dev", "v1", "services"),
}


def eventually(check, what, seconds=WAIT):
    """The first true answer of `check`; fails with `what` when there is none in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        answer = check()
        if answer:
            return answer
        time.sleep(0.1)
    raise AssertionError(f"not within {seconds:.0f} s: {what}")


# An older version that the chart's registration does not name.
OLDER = {"Function": "v1beta1"}


def foreign_crd(kind, group, version, plural):
    anything = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    served = [version, OLDER[kind]] if kind in OLDER and group == FOREIGN[kind][0] else [version]
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{plural}.{group}"},
        "spec": {
            "group": group,
            "scope": "Namespaced",
            "names": {"kind": kind, "plural": plural, "singular": kind.lower()},
            "versions": [
                {"name": each, "served": True, "storage": each == version, "schema": {"openAPIV3Schema": anything}}
                for each in served
            ],
        },
    }


class Answer:
    """What kubectl came to."""

    def __init__(self, done):
        self.ok = done.returncode == 0
        self.out = done.stdout
        self.text = done.stderr

    @property
    def refusal(self):
        """The webhook's own words, without the prefix of API server and kubectl."""
        return self.text.partition("denied the request: ")[2].strip()

    @property
    def warnings(self):
        return [line[len("Warning: ") :] for line in self.text.splitlines() if line.startswith("Warning: ")]


class Kubectl:
    def __init__(self, environment, *identity):
        self.environment = environment
        self.identity = identity

    def run(self, *arguments, stdin=None):
        return Answer(
            subprocess.run(
                ["kubectl", *self.identity, *arguments],
                input=stdin,
                env=self.environment,
                capture_output=True,
                text=True,
                timeout=120,
            )
        )

    def must(self, *arguments, stdin=None):
        answer = self.run(*arguments, stdin=stdin)
        assert answer.ok, answer.text
        return answer.out

    def write(self, thing, verb="create", dry_run=False, namespace=None):
        """Creates, applies or replaces an object given as text or data."""
        text = thing if isinstance(thing, str) else json.dumps(thing)
        arguments = [verb, "-f", "-"]
        if namespace:
            arguments += ["--namespace", namespace]
        if dry_run:
            arguments.append("--dry-run=server")
        return self.run(*arguments, stdin=text)

    def get(self, *arguments):
        return json.loads(self.must("get", *arguments, "-o", "json"))

    def as_user(self, name, *groups):
        identity = ["--as", name]
        for group in ("system:authenticated", *groups):
            identity += ["--as-group", group]
        return Kubectl(self.environment, *identity)


class Stack:
    def __init__(self):
        self.kept = os.environ.get("KEYSTEWARD_CLUSTER_STATE")
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="admission-"))
        self.cluster = LocalCluster(self.kept or str(self.folder / "cluster"))
        self.port, self.metrics, self.operator_metrics = (program.free_port() for _ in range(3))
        self.processes = []

    def up(self):
        self.cluster.up("--control-plane-only")
        self.kubectl = Kubectl(self.cluster.env)
        self._install()
        self._start()

    def _install(self):
        k = self.kubectl
        k.must("apply", "-f", "-", stdin=yaml.safe_dump_all([foreign_crd(kind, *of) for kind, of in FOREIGN.items()]))
        program.install_crds(self.cluster)
        values = self.folder / "values.yaml"
        foreign = [{"apiGroups": [g], "apiVersions": [v], "resources": [r]} for g, v, r in FOREIGN.values()]
        values.write_text(yaml.safe_dump({"webhook": {"customResources": foreign}, "report": {"enabled": True}}))
        program.install(self.cluster, SYSTEM, self.release())
        self.cluster.tool("host-service", "--namespace", SYSTEM, "keysteward-webhook", "443", str(self.port))
        for user in ("alice", "bob"):
            k.run("create", "clusterrolebinding", f"{user}-admin", "--clusterrole=cluster-admin", f"--user={user}-root")
            k.run("create", "clusterrolebinding", user, "--clusterrole=admission-test-user", f"--user={user}")
            k.run("create", "clusterrolebinding", f"{user}-rotator", "--clusterrole=keysteward-rotator", f"--user={user}")
        k.must("apply", "-f", "-", stdin=yaml.safe_dump(USER_ROLE))

    def release(self, *sets):
        """The chart's objects but for the programs, in its order. The operator's Deployment has no pods
        here: it stands for the release, and the operator is a process of this machine."""
        kinds = program.RIGHTS | program.WEBHOOKS | {"ConfigMap", "Deployment"}
        arguments = [each for value in sets for each in ("--set", value)]
        objects = [each for each in program.chart_objects(
            self.cluster, SYSTEM, kinds, "-f", str(self.folder / "values.yaml"), *arguments)
            if each["kind"] != "Deployment" or each["metadata"]["name"] == "keysteward-operator"]
        for each in objects:
            if each["kind"] == "Deployment":
                each["spec"]["replicas"] = 0
        return objects

    def _start(self):
        self.operator = self.program("keysteward-operator", "--identity", uuid.uuid4().hex, "--report",
                                     "--metrics-port", self.operator_metrics)
        self.webhook = self.program("keysteward-webhook", "--bind-address", "0.0.0.0", "--port", self.port,
                                    "--metrics-port", self.metrics)
        self.processes = [self.operator, self.webhook]
        for process in self.processes:
            process.start()
        self.wait_ready()

    def program(self, name, *arguments):
        kubeconfig = program.account_kubeconfig(self.cluster, SYSTEM, name, self.folder)
        return program.Program(
            [BIN / name, "--kubeconfig", kubeconfig, "--namespace", SYSTEM, "--metrics-address", "127.0.0.1",
             "--log-format", "text", *arguments], self.folder / f"{name}.log")

    def wait_ready(self):
        eventually(lambda: program.is_ready(self.metrics), f"webhook ready; see {self.webhook.log}")
        eventually(lambda: keysteward.trusted(self.cluster), f"caBundle in both configurations; see {self.operator.log}")
        probe = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "probe"},
                 "data": {"token": "ghp_" + "a" * 36}}
        probe["data"]["API_TOKEN"] = "f3Jq9vXw2LrT7mZpKc4YhB8nDs6GtQ1a"
        eventually(
            lambda: not self.kubectl.write(probe, dry_run=True, namespace="default").ok,
            "a literal is refused",
        )

    def namespace(self, **labels):
        """A new namespace in which pods may be made."""
        name = "adm-" + uuid.uuid4().hex[:8]
        self.kubectl.must("create", "-f", "-", stdin=json.dumps(
            {"apiVersion": "v1", "kind": "Namespace",
             "metadata": {"name": name, "labels": {k.replace("__", "/"): v for k, v in labels.items()}}}))
        eventually(lambda: self.kubectl.run("get", "serviceaccount", "default", "-n", name).ok,
                   "service account of the namespace")
        return name

    def review(self, port=None):
        """Asks the webhook, or one of its kind at `port`, without the API server between."""
        config = self.kubectl.get("validatingwebhookconfiguration", "keysteward")
        bundle = base64.b64decode(config["webhooks"][0]["clientConfig"]["caBundle"]).decode()
        return ReviewClient("127.0.0.1", port or self.port, bundle, f"keysteward-webhook.{SYSTEM}.svc")

    def down(self):
        for process in reversed(self.processes):
            process.stop()
        if self.kept:
            program.forget_webhooks(self.cluster)
        else:
            self.cluster.down()


USER_ROLE = {
    "apiVersion": "rbac.authorization.k8s.io/v1",
    "kind": "ClusterRole",
    "metadata": {"name": "admission-test-user"},
    "rules": [
        {"apiGroups": ["", "apps", "batch", "networking.k8s.io"], "resources": ["*"], "verbs": ["*"]},
        {"apiGroups": ["keysteward.dev"], "resources": ["managedcredentials", "managedcredentials/status", "credentialexceptions"], "verbs": ["*"]},
    ],
}


def meta(name, namespace, **more):
    return {"name": name, "namespace": namespace, **more}


def pod(name, namespace, env=(), **more):
    return {"apiVersion": "v1", "kind": "Pod", "metadata": meta(name, namespace, **more),
            "spec": {"containers": [{"name": "app", "image": "registry.example.com/app:1", "env": list(env)}]}}


def deployment(name, namespace, env=(), annotations=None):
    template = {"metadata": {"labels": {"app": name}, "annotations": annotations or {}},
                "spec": pod(name, namespace, env)["spec"]}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": meta(name, namespace),
            "spec": {"replicas": 1, "selector": {"matchLabels": {"app": name}}, "template": template}}


def secret(name, namespace, **annotations):
    return {"apiVersion": "v1", "kind": "Secret",
            "metadata": meta(name, namespace, annotations={f"keysteward.dev/{k.replace('_', '-')}": v for k, v in annotations.items()}),
            "stringData": {"key": "not-judged-here"}}


def from_secret(name, key="key", variable="TOKEN"):
    return {"name": variable, "valueFrom": {"secretKeyRef": {"name": name, "key": key}}}


def days(count):
    """A time that many days ahead, as annotations and specs have it."""
    return (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=count)).strftime("%Y-%m-%dT%H:%M:%SZ")


def credential(name, namespace, issuer="gen", **spec):
    return {"apiVersion": "keysteward.dev/v1alpha1", "kind": "ManagedCredential", "metadata": meta(name, namespace),
            "spec": {"owner": {"team": "payments", "contact": "payments@example.com"},
                     "purpose": "Charge customers in the test shop", "lifetime": "2160h",
                     "standing": {"type": "Permanent", "justification": "A test needs it",
                                  "approvedBy": "security@example.com", "replaceableBy": "None"},
                     "issuerRef": {"kind": "CredentialIssuer", "name": issuer},
                     "delivery": {"secretName": name, "entries": [{"name": "API_KEY", "value": "${key}"}]},
                     "rotation": {"overlap": "0s", "quiet": "0s"}, **spec}}


def generated_issuer(namespace, name="gen"):
    return {"apiVersion": "keysteward.dev/v1alpha1", "kind": "CredentialIssuer", "metadata": meta(name, namespace),
            "spec": {"generated": {"length": 32}}}


def well_formed(answer, *values):
    """A refusal as people need it: path or rule first, a fix, three lines at most, no value."""
    assert not answer.ok
    assert answer.refusal, answer.text
    assert len(answer.refusal.splitlines()) <= 3, answer.refusal
    # kubectl itself repeats the patch it sent; the webhook's words begin behind it.
    for value in values:
        assert value not in answer.refusal, "the message repeats the value"
        if len(value) >= 20:
            assert value[-12:] not in answer.refusal, "the message repeats a part of the value"
    return answer.refusal
