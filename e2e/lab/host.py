"""Host mode: the operator as a process of this machine against a control plane with fake nodes,
and the key provider beside it; both are called through interceptors of ours."""

import base64
import contextlib
import copy
import json
import os
import secrets
import signal
import ssl
import subprocess
import tempfile
import urllib.request
import uuid

from lab import program
from lab.certificates import make_certificate
from lab.cluster import ROOT, LocalCluster
from lab.interceptor import Interceptor
from lab.provider import Provider
from lab.shell import Failed

BIN = os.path.join(ROOT, "build", os.environ.get("KEYSTEWARD_PRESET", "dev"), "bin")


class HostCluster(LocalCluster):
    """A control plane with our CRDs, and what tests of host processes share."""

    def __init__(self, state):
        super().__init__(state)
        self.folder = tempfile.mkdtemp(prefix="keysteward-host-")

    def up(self, *arguments):
        super().up("--control-plane-only", *(arguments or ("--fake-nodes", "2")))
        program.install_crds(self)

    def install(self, namespace):
        """The rights of an installation in that namespace; its processes are the caller's."""
        program.install_chart_objects(self, namespace, program.RIGHTS)

    def intercepted(self, folder):
        """An interceptor in front of the API server."""
        cluster = program.configuration(self)["clusters"][0]["cluster"]
        host, _, port = cluster["server"].removeprefix("https://").partition(":")
        authority = os.path.join(folder, "api-server-ca.pem")
        with open(authority, "wb") as file:
            file.write(base64.b64decode(cluster["certificate-authority-data"]))
        proxy = Interceptor(folder, "api", (host, int(port)), authority)
        proxy.start()
        return proxy

    def revision(self):
        """The revision of etcd now: one order for all that was ever written."""
        body = json.dumps({"key": "AA==", "limit": 1, "keys_only": True}).encode()
        request = urllib.request.Request(
            self.env["KEYSTEWARD_CLUSTER_ETCD"] + "/v3/kv/range", data=body)
        with urllib.request.urlopen(request, timeout=10) as reply:
            return int(json.load(reply)["header"]["revision"])


class HostProvider(Provider):
    """The key provider as a process; issuers call it through `self.proxy`."""

    host = "localhost"

    def __init__(self, cluster):
        super().__init__(cluster)
        self.child = None
        self.proxy = None
        self.doors = []

    def deploy(self):
        folder = tempfile.mkdtemp(prefix="provider-", dir=self.cluster.folder)
        make_certificate(folder, "localhost")
        self.admin_token = "admin-" + secrets.token_hex(16)
        with open(os.path.join(folder, "token"), "w") as file:
            file.write(self.admin_token)
        with open(os.path.join(folder, "log"), "w") as log:
            self.child = subprocess.Popen(
                [os.path.join(BIN, "keyserver"), "--listen=127.0.0.1:0",
                 "--admin-listen=127.0.0.1:0", "--remember-values", f"--admin-token-file={folder}/token",
                 f"--tls-cert={folder}/tls.crt", f"--tls-key={folder}/tls.key"],
                stdout=subprocess.PIPE, stderr=log, text=True)
        told = self.child.stdout.readline()
        if not told:
            with open(os.path.join(folder, "log")) as log:
                raise Failed("the key provider did not start: " + log.read()[-500:])
        ports = json.loads(told)
        self.admin_port, self.key_port = ports["admin"], ports["listening"]
        self.own_ca = os.path.join(folder, "ca.pem")
        self.folder = folder
        self.use(self.open_door("provider"))

    def seen_from(self, cluster):
        """The same provider for another cluster, called through another interceptor."""
        other = copy.copy(self)
        other.cluster = cluster
        other.doors = []
        other.use(other.open_door("other-cluster"))
        return other

    def use(self, door):
        self.proxy, self.port = door, door.port
        with open(door.ca) as file:
            self.ca = file.read()

    def open_door(self, name):
        """One more interceptor in front of the provider."""
        door = Interceptor(os.path.join(self.folder, name), "provider",
                           ("localhost", self.key_port), self.own_ca,
                           revision=self.cluster.revision)
        door.start()
        self.doors.append(door)
        return door

    def make_key(self, name):
        """A key made by the account's owner, past Keysteward; its id."""
        request = urllib.request.Request(
            f"https://localhost:{self.key_port}/v1/keys", method="POST",
            data=json.dumps({"name": name}).encode(),
            headers={"Content-Type": "application/json",
                     "Authorization": f"Bearer {self.admin_token}"})
        trust = ssl.create_default_context(cafile=self.own_ca)
        with urllib.request.urlopen(request, timeout=10, context=trust) as reply:
            return json.load(reply)["id"]

    def admin(self, path, body=None, method=None):
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.admin_port}{path}", method=method,
            data=None if body is None else body.encode(),
            headers={"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=30) as reply:
            return reply.read().decode()

    def clear_faults(self):
        self.admin("/faults", method="DELETE")

    def stop(self):
        for door in self.doors:
            door.stop()
        if self.child is not None:
            self.child.kill()
            self.child.wait()


class HostOperator:
    """One operator process. `start` after `kill` is what a kubelet would do."""

    def __init__(self, cluster, namespace, *arguments):
        self.cluster = cluster
        self.folder = tempfile.mkdtemp(prefix="operator-", dir=cluster.folder)
        self.proxy = cluster.intercepted(self.folder)
        door = {"server": f"https://localhost:{self.proxy.port}",
                "certificate-authority": self.proxy.ca}
        kubeconfig = program.account_kubeconfig(cluster, namespace, "keysteward-operator",
                                                self.folder, door)
        self.arguments = ["--kubeconfig", kubeconfig, "--namespace", namespace, "--log-level",
                          "trace", "--no-serving-certificate", *arguments]
        self.process = None
        self.identity = ""
        self.log = os.path.join(self.folder, "log")

    def start(self):
        # A new name each time, as pods have: an old holder's lease is not taken for one's own.
        self.identity = uuid.uuid4().hex[:12]
        self.metrics_port = program.free_port()
        self.process = program.Program(
            [os.path.join(BIN, "keysteward-operator"), *self.arguments, "--identity", self.identity,
             "--metrics-port", self.metrics_port], self.log)
        self.process.start()

    def freeze(self):
        """Returns when every thread of it stands: until one of them takes the signal, all others
        go on, which on a busy machine is long enough for a call or two."""
        self.process.child.send_signal(signal.SIGSTOP)
        self.cluster.wait_until("all threads stand", self.stands, timeout=30, pause=0.001)

    def stands(self):
        tasks = f"/proc/{self.process.pid}/task"
        states = []
        for task in os.listdir(tasks):
            with contextlib.suppress(FileNotFoundError):  # it ended meanwhile
                with open(os.path.join(tasks, task, "stat")) as file:
                    states.append(file.read().rpartition(")")[2].split()[0])
        return all(state == "T" for state in states)

    def thaw(self):
        self.process.child.send_signal(signal.SIGCONT)

    def kill(self):
        self.process.kill()
        self.proxy.cut()

    def running(self):
        return self.process is not None and self.process.running()

    def ended_with(self):
        """Its exit code; None while it runs."""
        return self.process.child.poll()

    def stop(self):
        if self.running():
            self.thaw()
            self.process.stop(10)
        self.proxy.stop()

    def metrics(self):
        """What it tells monitoring now, or why it does not."""
        try:
            return program.answer(self.metrics_port, "/metrics")
        except OSError as error:
            return str(error)

    def text(self):
        return self.process.text()
