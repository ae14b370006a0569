"""Runs kubectl against the API server of $KUBECONFIG; without one every test is skipped, visibly.

$KUBECTL names the program (default: kubectl on PATH). The tests install our CRDs and work in one
namespace of their own, which they remove.
"""
import json
import os
import pathlib
import shutil
import subprocess
import uuid

import pytest
import yaml

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
CRDS = REPOSITORY / "crds"


class Kubectl:
    """One kubectl; `run` gives the finished process, `must` its output or fails the test."""

    def __init__(self, program, namespace="default"):
        self.program = program
        self.namespace = namespace

    def run(self, *args, stdin=None):
        command = [self.program, "--namespace", self.namespace, *args]
        return subprocess.run(command, input=stdin, capture_output=True, text=True, timeout=60)

    def must(self, *args, stdin=None):
        done = self.run(*args, stdin=stdin)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def apply(self, thing):
        return self.must("apply", "-f", "-", stdin=yaml.safe_dump(thing))

    def get(self, *args):
        return json.loads(self.must("get", *args, "-o", "json"))

    def patch_status(self, kind, name, status):
        body = json.dumps({"status": status})
        return self.run("patch", kind, name, "--subresource=status", "--type=merge", "-p", body)


@pytest.fixture(scope="session")
def cluster():
    if not os.environ.get("KUBECONFIG"):
        pytest.skip("KUBECONFIG is not set: these tests need a real API server")
    program = os.environ.get("KUBECTL") or shutil.which("kubectl")
    if not program:
        pytest.skip("kubectl is not on PATH")
    kubectl = Kubectl(program)
    kubectl.applied = kubectl.run("apply", "--server-side", "-f", str(CRDS))
    assert kubectl.applied.returncode == 0, kubectl.applied.stderr
    kubectl.must("wait", "--for=condition=Established", "--timeout=30s", "-f", str(CRDS))
    return kubectl


@pytest.fixture(scope="session")
def kubectl(cluster):
    namespace = "crds-" + uuid.uuid4().hex[:8]
    cluster.must("create", "namespace", namespace)
    yield Kubectl(cluster.program, namespace)
    cluster.run("delete", "namespace", namespace, "--wait=false")


def crd_files():
    return sorted(CRDS.glob("*.yaml"))


def load_crd(path):
    return yaml.safe_load(path.read_text())


def sample(name):
    """One of the good objects in good/, by file name."""
    return yaml.safe_load((pathlib.Path(__file__).parent / "good" / f"{name}.yaml").read_text())
