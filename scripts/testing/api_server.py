"""What is proven on a real API server without nodes: the conformance script that also drives the
fake API server, and the schemas of crds/. One control plane is brought up for both."""

import contextlib
import os
import shlex
import shutil
import subprocess
import tempfile

import cpp
import python_tests
from outcome import Outcome

CONFORMANCE = "conformance_api_server_test"
SCHEMAS = "e2e/crds"


def run(root, text):
    """CONFORMANCE is built."""
    outcome = Outcome()
    conformance = text in CONFORMANCE
    schemas = bool(python_tests.test_folders(root, [SCHEMAS], text))
    if not conformance and not schemas:
        return outcome
    with control_plane(root) as environment:
        if environment is None:
            return Outcome.failure("control plane for conformance and schemas")
        if schemas:
            outcome.add(python_tests.run_folder(root, SCHEMAS, text, environment))
        if conformance:
            program = os.path.join(root, "build/dev/tests", CONFORMANCE)
            outcome.add(cpp.run_program(root, program, {
                **environment, "GTEST_FILTER": "*/Real",
                "KEYSTEWARD_TEST_KUBECONFIG": environment["KUBECONFIG"]}))
    return outcome


@contextlib.contextmanager
def control_plane(root):
    """The environment of a control plane with our kinds; None when it did not come up."""
    state = tempfile.mkdtemp(prefix="keysteward-api-")
    tool = [os.path.join(root, "e2e/cluster/cluster"), "--state", state]
    patience = {"KEYSTEWARD_CLUSTER_PATIENCE": "3", **os.environ}
    try:
        up = subprocess.run([*tool, "up", "--control-plane-only"], env=patience)
        yield environment_of(root, tool) if up.returncode == 0 else None
    finally:
        subprocess.run([*tool, "down"], env=patience, stdout=subprocess.DEVNULL)
        shutil.rmtree(state, ignore_errors=True)


def environment_of(root, tool):
    told = subprocess.run([*tool, "env"], capture_output=True, text=True, check=True).stdout
    environment = {}
    for line in told.splitlines():
        name, _, value = line.removeprefix("export ").partition("=")
        environment[name] = shlex.split(value)[0].replace("$PATH", os.environ["PATH"])
    everything = {**os.environ, **environment}
    for command in (["apply", "--server-side", "-f", os.path.join(root, "crds")],
                    ["wait", "--for=condition=Established", "--timeout=60s", "crd", "--all"]):
        if subprocess.run(["kubectl", *command], env=everything,
                          stdout=subprocess.DEVNULL).returncode:
            return None
    return environment
