"""Our programs as processes of this machine: under the service accounts, the roles and the webhook
registration that the chart gives their pods. The lab, the admission tests and the benchmarks share it."""

import contextlib
import os
import socket
import subprocess
import urllib.request

import yaml

from lab.cluster import ROOT
from lab.keysteward import CHART

RIGHTS = {"ServiceAccount", "ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"}
WEBHOOKS = {"ValidatingWebhookConfiguration", "MutatingWebhookConfiguration"}


class Program:
    """One process of a program. What it says is added to `log`; `start` after `stop` or `kill` is
    what a kubelet would do."""

    def __init__(self, command, log):
        self.command = [str(part) for part in command]
        self.log = str(log)
        self.child = None

    def start(self):
        with open(self.log, "ab") as log:
            self.child = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    @property
    def pid(self):
        return self.child.pid

    def running(self):
        return self.child is not None and self.child.poll() is None

    def stop(self, patience=20):
        """Asks it to end, and ends it when it does not within `patience` seconds."""
        if self.running():
            self.child.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.child.wait(patience)
            self.kill()

    def kill(self):
        if self.running():
            self.child.kill()
            self.child.wait()

    def text(self):
        with open(self.log, errors="replace") as file:
            return file.read()


def install_crds(cluster):
    cluster.kubectl("apply", "--server-side", "--force-conflicts", "-f", os.path.join(ROOT, "crds"))
    cluster.kubectl("wait", "--for=condition=Established", "--timeout=60s", "crd", "--all")


def chart_objects(cluster, namespace, kinds, *arguments):
    """What the chart renders of those kinds, in its order; `arguments` are those of `helm template`."""
    rendered = cluster.helm("template", "keysteward", CHART, "-n", namespace, *arguments).stdout
    return [each for each in yaml.safe_load_all(rendered) if each and each["kind"] in kinds]


def install(cluster, namespace, objects):
    cluster.apply(yaml.safe_dump({"apiVersion": "v1", "kind": "Namespace",
                                  "metadata": {"name": namespace}}))
    cluster.kubectl("apply", "--server-side", "--force-conflicts", "-f", "-",
                    stdin=yaml.safe_dump_all(objects))


def install_chart_objects(cluster, namespace, kinds, *arguments):
    """What the chart installs of those kinds; `arguments` are those of `helm template`."""
    install(cluster, namespace, chart_objects(cluster, namespace, kinds, *arguments))


def forget_webhooks(cluster):
    """Takes back the registration, so that a kept cluster does not call a webhook that is gone."""
    cluster.kubectl("delete", ",".join(kind.lower() for kind in sorted(WEBHOOKS)), "keysteward",
                    "--ignore-not-found", check=False)


def configuration(cluster):
    raw = cluster.kubectl("config", "view", "--raw", "--minify", "--flatten").stdout
    return yaml.safe_load(raw)


def account_kubeconfig(cluster, namespace, account, folder, endpoint=None):
    """A kubeconfig with the token of a service account, so that the chart's rights are what counts.
    `endpoint`: cluster fields that replace the API server's own. Returns its path."""
    token = cluster.kubectl("create", "token", account, "-n", namespace, "--duration=4h").stdout.strip()
    config = configuration(cluster)
    config["users"][0]["user"] = {"token": token}
    if endpoint:
        config["clusters"][0]["cluster"] = endpoint
    path = os.path.join(folder, f"{account}.kubeconfig")
    with open(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w") as file:
        yaml.safe_dump(config, file)
    return path


def answer(port, path, timeout=5):
    """What it answers to monitoring at `path`; OSError when it does not."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=timeout) as reply:
        return reply.read().decode()


def sample(port, name, **labels):
    """The sum of a metric's series that carry `labels`."""
    total = 0.0
    for line in answer(port, "/metrics").splitlines():
        if line.startswith((name + "{", name + " ")) and all(
                f'{label}="{value}"' in line for label, value in labels.items()):
            total += float(line.rpartition(" ")[2])
    return total


def is_ready(port):
    try:
        answer(port, "/readyz", timeout=2)
        return True
    except OSError:
        return False


def free_port():
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
