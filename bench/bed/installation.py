"""Installation: a real control plane with operator and webhook as processes of this machine.

Both run under their own service accounts with the chart's roles and registration, release build.

    with Installation(operator=["--cluster-restarts", "10000"]) as it:
        it.cluster.kubectl("get", "nodes")
        Usage(it.webhook.pid).rss_megabytes()

KEYSTEWARD_BENCH_STATE names the state directory of a cluster to use and keep.
"""

import contextlib
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "e2e"))

from lab.cluster import LocalCluster  # noqa: E402 (the path is set above)
from lab.shell import Failed  # noqa: E402

BIN = pathlib.Path(os.environ.get("KEYSTEWARD_BIN", ROOT / "build" / "release" / "bin"))
SYSTEM = "keysteward-system"
# What the chart installs besides the pods, which are processes here.
INSTALLED = {"ServiceAccount", "ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding",
             "ValidatingWebhookConfiguration", "MutatingWebhookConfiguration", "ConfigMap"}


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
        self.port = free_port()
        self.metrics = {"keysteward-operator": free_port(), "keysteward-webhook": free_port()}
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
            end(process)
        self.cluster.kubectl("delete", "validatingwebhookconfiguration,mutatingwebhookconfiguration",
                             "keysteward", "--ignore-not-found", check=False)
        if not self.kept:
            self.cluster.down()
        shutil.rmtree(self.folder, ignore_errors=True)

    def install(self):
        kubectl = self.cluster.kubectl
        kubectl("apply", "--server-side", "--force-conflicts", "-f", str(ROOT / "crds"))
        kubectl("wait", "--for=condition=Established", "--timeout=60s", "crd", "--all")
        kubectl("create", "namespace", SYSTEM, check=False)
        sets = [argument for value in self.values for argument in ("--set", value)]
        text = self.cluster.helm("template", "keysteward", str(ROOT / "charts/keysteward"),
                                 "--namespace", SYSTEM, *sets).stdout
        objects = [each for each in yaml.safe_load_all(text)
                   if each and each["kind"] in INSTALLED
                   and (self.hooks or "Webhook" not in each["kind"])]
        kubectl("apply", "--server-side", "--force-conflicts", "-f", "-",
                stdin=yaml.safe_dump_all(objects))
        if self.hooks:
            self.cluster.tool("host-service", "--namespace", SYSTEM, "keysteward-webhook", "443",
                              str(self.port))

    def kubeconfig(self, account):
        """The administrator's, with the token of a service account in place of the certificate."""
        token = self.cluster.kubectl("create", "token", account, "--namespace", SYSTEM,
                                     "--duration=4h").stdout.strip()
        raw = self.cluster.kubectl("config", "view", "--raw", "--minify", "--flatten").stdout
        config = yaml.safe_load(raw)
        config["users"][0]["user"] = {"token": token}
        path = self.folder / f"{account}.kubeconfig"
        path.touch(0o600)
        path.write_text(yaml.safe_dump(config))
        return str(path)

    def start(self, program):
        """Starts one of ours and waits until it says that it is ready."""
        process = self.spawn(program, self.command(program))
        self.wait_ready(program, process)
        return process

    def command(self, program):
        if program not in self.kubeconfigs:
            self.kubeconfigs[program] = self.kubeconfig(program)
        command = [str(BIN / program), "--kubeconfig", self.kubeconfigs[program], "--namespace",
                   SYSTEM, "--metrics-address", "127.0.0.1", "--metrics-port",
                   str(self.metrics[program]), *self.flags[program]]
        if program == "keysteward-webhook":
            command += ["--bind-address", "0.0.0.0", "--port", str(self.port)]
        return command

    def spawn(self, program, command):
        with open(self.folder / f"{program}.log", "ab") as log:
            return subprocess.Popen(command, stdout=log, stderr=log)

    def wait_ready(self, program, process, timeout=60):
        end_of_patience = time.monotonic() + timeout
        while not self.is_ready(program):
            if process.poll() is not None or time.monotonic() > end_of_patience:
                log = (self.folder / f"{program}.log").read_text(errors="replace")
                raise Failed(f"{program} is not ready; it said:\n{log[-2000:]}")
            time.sleep(0.002)

    def is_ready(self, program):
        try:
            return self.scrape(program, "/readyz", timeout=2) is not None
        except OSError:
            return False

    def scrape(self, program, path="/metrics", timeout=10):
        url = f"http://127.0.0.1:{self.metrics[program]}{path}"
        with urllib.request.urlopen(url, timeout=timeout) as reply:
            return reply.read().decode()

    def sample(self, program, name, **labels):
        """The sum of a metric's series that carry `labels`."""
        total = 0.0
        for line in self.scrape(program).splitlines():
            if line.startswith((name + "{", name + " ")) and all(
                    f'{label}="{value}"' in line for label, value in labels.items()):
                total += float(line.rpartition(" ")[2])
        return total


def end(process, kill=False):
    if process is None or process.poll() is not None:
        return
    process.kill() if kill else process.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(20)
    if process.poll() is None:
        process.kill()
        process.wait()


def free_port():
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
