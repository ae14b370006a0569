"""What the cluster tests share: one cluster for all tests of a session, in a state directory of
its own."""

import os
import subprocess
import time
from pathlib import Path

import pytest

CLUSTER = Path(__file__).resolve().parents[1] / "cluster"


class Bed:
    """One cluster under test, driven by its command line alone."""

    def __init__(self, state):
        self.state = state

    def run(self, *arguments, timeout=240, **options):
        return subprocess.run(
            [CLUSTER, "--state", self.state, *map(str, arguments)],
            capture_output=True,
            text=True,
            timeout=timeout,
            **options,
        )

    def ok(self, *arguments, **options):
        done = self.run(*arguments, **options)
        assert (
            done.returncode == 0
        ), f"cluster {arguments}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def environment(self):
        """What `env` exports, as a dictionary to run foreign clients with."""
        script = f'{self.ok("env")}\nenv -0'
        out = subprocess.run(
            ["bash", "-c", script], capture_output=True, text=True, check=True
        ).stdout
        return dict(pair.split("=", 1) for pair in out.split("\0") if pair)

    def kubectl(self, *arguments, check=True, **options):
        done = subprocess.run(
            ["kubectl", *map(str, arguments)],
            env=self.environment(),
            capture_output=True,
            text=True,
            timeout=120,
            **options,
        )
        assert not check or done.returncode == 0, f"kubectl {arguments}: {done.stderr}"
        return done.stdout if check else done

    def pids(self):
        lines = [
            line.split()
            for line in self.run("status").stdout.splitlines()
            if "running, pid" in line
        ]
        return {words[0]: int(words[-1]) for words in lines}


def running(pids):
    """Those of `pids` that still run; a zombie that nobody has collected yet does not."""

    def state(pid):
        try:
            return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            return "X"

    return [pid for pid in pids if state(pid) not in "ZX"]


def eventually(check, seconds=30):
    """Waits for `check` to give something true, and returns it. As patient as the cluster itself."""
    seconds *= float(os.environ.get("KEYSTEWARD_CLUSTER_PATIENCE", "1"))
    deadline = time.monotonic() + seconds
    while not (value := check()):
        assert time.monotonic() < deadline, f"not within {seconds} s"
        time.sleep(0.1)
    return value


@pytest.fixture(scope="session")
def real_nodes():
    if os.geteuid() != 0:
        pytest.skip("real nodes need root")


@pytest.fixture(scope="session")
def bed(tmp_path_factory):
    """A control plane, with one real node and DNS where this machine can."""
    made = Bed(tmp_path_factory.mktemp("cluster") / "state")
    try:
        made.ok("up", "--dns") if os.geteuid() == 0 else made.ok("up", "--control-plane-only")
        yield made
    finally:
        made.ok("down")
