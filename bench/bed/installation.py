"""Installation: a real control plane with operator and webhook as processes of this machine.

Both run under their own service accounts with the chart's roles and registration, release build.

    with Installation(operator=["--cluster-restarts", "10000"]) as it:
        it.cluster.kubectl("get", "nodes")
        Usage(it.webhook.pid).rss_megabytes()

KEYSTEWARD_BENCH_STATE names the state directory of a cluster to use and keep.
"""

import os
import pathlib
import shutil
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "e2e"))

from lab import program  # noqa: E402 (the path is set above)
from lab.cluster import LocalCluster  # noqa: E402
from lab.shell import Failed  # noqa: E402

BIN = pathlib.Path(os.environ.get("KEYSTEWARD_BIN", ROOT / "build" / "release" / "bin"))
SYSTEM = "keysteward-system"


class Installation:
    def __init__(self, operator=(), webhook=(), up=("--control-plane-only",), hooks=True, values=()):
        """Flags for the two programs and the cluster, values for the chart; without `hooks` only the
        operator runs."""
        self.flags = {"keysteward-operator": list(operator), "keysteward-webhook": list(webhook)}
        self.up = up
        self.hooks = hooks
        self.values = values
        self.kept = os.environ.get("KEYSTEWARD_BENCH_STATE")
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="keysteward-bench-"))
        self.cluster = LocalCluster(self.kept or str(self.folder / "cluster"))
        self.port = program.free_port()
        self.metrics = {"keysteward-operator": program.free_port(), "keysteward-webhook": program.free_port()}
        self.kubeconfigs = {}
        self.operator = self.webhook = None

    def __enter__(self):
        try:
            self.cluster.up(*self.up)
            self.install()
            self.operator = self.start("keysteward-operator")
            if self.hooks:
                self.webhook = self.start("keysteward-webhook")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for process in (self.webhook, self.operator):
            if process:
                process.stop()
        program.forget_webhooks(self.cluster)
        if not self.kept:
            self.cluster.down()
        shutil.rmtree(self.folder, ignore_errors=True)

    def install(self):
        program.install_crds(self.cluster)
        kinds = program.RIGHTS | {"ConfigMap"} | (program.WEBHOOKS if self.hooks else set())
        sets = [argument for value in self.values for argument in ("--set", value)]
        program.install_chart_objects(self.cluster, SYSTEM, kinds, *sets)
        if self.hooks:
            self.cluster.tool("host-service", "--namespace", SYSTEM, "keysteward-webhook", "443",
                              str(self.port))

    def start(self, name):
        """Starts one of ours and waits until it says that it is ready."""
        process = program.Program(self.command(name), self.folder / f"{name}.log")
        process.start()
        self.wait_ready(name, process)
        return process

    def command(self, name):
        if name not in self.kubeconfigs:
            self.kubeconfigs[name] = program.account_kubeconfig(self.cluster, SYSTEM, name,
                                                                self.folder)
        command = [BIN / name, "--kubeconfig", self.kubeconfigs[name], "--namespace", SYSTEM,
                   "--metrics-address", "127.0.0.1", "--metrics-port", self.metrics[name],
                   *self.flags[name]]
        if name == "keysteward-webhook":
            command += ["--bind-address", "0.0.0.0", "--port", self.port]
        return command

    def wait_ready(self, name, process, timeout=60):
        end_of_patience = time.monotonic() + timeout
        while not program.is_ready(self.metrics[name]):
            if not process.running() or time.monotonic() > end_of_patience:
                raise Failed(f"{name} is not ready; it said:\n{process.text()[-2000:]}")
            time.sleep(0.002)

    def scrape(self, name, path="/metrics", timeout=10):
        return program.answer(self.metrics[name], path, timeout)

    def sample(self, process, name, **labels):
        return program.sample(self.metrics[process], name, **labels)
