"""kubectl as the tests of this folder use it, and the files they read."""
import json
import pathlib
import subprocess

import yaml

HERE = pathlib.Path(__file__).resolve().parent
REPOSITORY = HERE.parents[1]
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


def crd_files():
    return sorted(CRDS.glob("*.yaml"))


def load_crd(path):
    return yaml.safe_load(path.read_text())


def sample(name):
    """One of the good objects in good/, by file name."""
    return yaml.safe_load((HERE / "good" / f"{name}.yaml").read_text())
