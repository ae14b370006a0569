"""Cluster: a Kubernetes cluster to work on: our local one, or the user's own."""

import json
import os
import time

from lab.shell import Failed, run

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
TOOL = os.path.join(ROOT, "e2e/cluster/cluster")


class Cluster:
    """kubectl and helm against one kubeconfig."""

    test_image = "keysteward-test:dev"  # of the sample provider and application

    def __init__(self, env):
        self.env = env

    def kubectl(self, *arguments, stdin=None, timeout=120, check=True):
        return run(["kubectl", *arguments], env=self.env, stdin=stdin, timeout=timeout,
                   check=check)

    def apply(self, text, namespace=None, check=True):
        place = ["-n", namespace] if namespace else []
        return self.kubectl("apply", *place, "-f", "-", stdin=text, check=check)

    def get(self, kind, name="", namespace=None):
        """The object or list as a dict; None when there is none of that name."""
        place = ["-n", namespace] if namespace else []
        done = self.kubectl("get", kind, *([name] if name else []), *place, "-o", "json",
                            "--ignore-not-found")
        return json.loads(done.stdout) if done.stdout.strip() else None

    def helm(self, *arguments, version=4, timeout=180):
        return run([f"helm{version}", *arguments], env=self.env, timeout=timeout)

    def wait_until(self, what, condition, timeout=60, pause=0.2):
        """Polls `condition` until it gives something true and returns that."""
        end = time.monotonic() + timeout
        while True:
            value = condition()
            if value:
                return value
            if time.monotonic() > end:
                raise Failed(f"{what}: not so after {timeout} s")
            time.sleep(pause)


THIS_MACHINE_CANNOT = 3  # exit code of the tool: no root, or no namespaces


class LocalCluster(Cluster):
    """The cluster of e2e/cluster, in a state directory of its own."""

    def __init__(self, state):
        self.state = state
        super().__init__(dict(os.environ))

    def tool(self, *arguments, timeout=300):
        return run([TOOL, "--state", self.state, *arguments], timeout=timeout)

    def up(self, *arguments):
        self.arguments = arguments
        self.tool("up", *arguments)
        for line in self.tool("env").stdout.splitlines():
            name, _, value = line.removeprefix("export ").partition("=")
            self.env[name] = value.strip("'\"").replace("${PATH}", self.env["PATH"]).replace(
                "$PATH", self.env["PATH"])

    def load(self, archive):
        self.tool("load-image", archive)

    def admitted_unasked(self, hook):
        """What the API server says of calls to this webhook that failed and that it let pass
        (failurePolicy Ignore), since the cluster came up."""
        with open(os.path.join(self.state, "log", "kube-apiserver.log"), errors="replace") as log:
            return [line.strip() for line in log if f"failing open {hook}" in line]

    def down(self):
        self.tool("down")
