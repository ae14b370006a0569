"""A real node: a process tree in its own mount, network, UTS and PID namespaces, on the
cluster's bridge."""

import os
import shutil
import signal
import subprocess
from pathlib import Path

from . import cgroups, network, node_config, tools
from .api import is_ready
from .errors import ClusterError, NotUp, Refused
from .processes import Process, start_time
from .waiting import wait_until

INIT = Path(__file__).resolve().parents[1] / "node-init"
NAMESPACES = ("--mount", "--net", "--uts", "--pid")
START_SECONDS = 120


def check_machine():
    """Refuses, with the reason, where real nodes cannot run."""
    if os.geteuid() != 0:
        raise Refused("real nodes need root: use --control-plane-only or --nodes 0 --fake-nodes N")
    probe = subprocess.run(
        ["unshare", *NAMESPACES, "--fork", "mount", "-t", "tmpfs", "tmpfs", "/mnt"],
        capture_output=True,
        text=True,
    )
    if probe.returncode != 0:
        raise Refused(f"this machine gives no namespaces to mount in: {probe.stderr.strip()}")
    cgroups.check()
    if not tools.tool_dir("node-root").is_dir():
        raise ClusterError("runc and the CNI plugins are missing: run scripts/setup --cluster")


def _filesystem(path):
    return subprocess.run(
        ["stat", "-f", "-c", "%T", str(path)], capture_output=True, text=True
    ).stdout.strip()


class Node:
    """Node number `index`, counted from 1, named node-<index>."""

    def __init__(self, layout, allocation, pki, api, index):
        self._layout, self._allocation = layout, allocation
        self._pki, self._api, self._index = pki, api, index
        self.name = f"node-{index}"
        self.folder = layout.node(index)
        self.process = Process(layout, self.name)
        self.init = Process(layout, f"{self.name}-init")
        self._group = f"{allocation.bridge}-{self.name}"

    def up(self, secret_detection, node_count):
        """Starts it and waits until it is Ready. A running one only takes over a changed
        `secret_detection`."""
        if self.init.alive():
            self._change_secret_detection(secret_detection)
            self._route_to_others(node_count)
        else:
            self._start(secret_detection)
            self._route_to_others(node_count)
        wait_until(f"{self.name} to be Ready", self._ready, START_SECONDS, [self.process])

    def _start(self, secret_detection):
        self.down()
        snapshotter = "native" if _filesystem(self._layout.root) == "overlayfs" else "overlayfs"
        node_config.write_all(
            self.folder, self._allocation, self._index, self._group, secret_detection, snapshotter
        )
        self._pki.create_for_node(self._index, self.folder / "pki", f"{node_config.INSIDE}/pki")
        self._offer_images()
        cgroups.create(self._group)
        # etcd may still hold this node from an earlier run, and Ready at that.
        self._api.delete(f"/api/v1/nodes/{self.name}")
        unshare = ["unshare", *NAMESPACES, "--fork", "--mount-proc", "--kill-child=KILL"]
        self.process.start([*unshare, INIT, self.folder])
        wait_until(f"PID 1 of {self.name}", lambda: self._child() is not None, 20, [self.process])
        self.init.adopt(self._child())
        network.connect_node(self._allocation, self._index, self.init.pid())

    def _child(self):
        """PID 1 of the node as this machine sees it, once it runs the init script."""
        parent = self.process.pid()
        try:
            children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
            command = Path(f"/proc/{children[0]}/cmdline").read_bytes() if children else b""
        except OSError:
            return None
        runs_init = str(INIT).encode() in command.split(b"\0")
        return int(children[0]) if runs_init and start_time(int(children[0])) else None

    def _offer_images(self):
        folder = self.folder / "images"
        folder.mkdir(exist_ok=True)
        for image in self._layout.images.glob("*.tar"):
            shutil.copy(image, folder / image.name)

    def _change_secret_detection(self, wanted):
        path = self.folder / "etc" / "kubelet.json"
        before = path.read_text()
        node_config.write_kubelet_config(
            self.folder, self._allocation, self._index, self._group, wanted
        )
        if path.read_text() == before:
            return
        old = self._kubelet()
        self.execute(["pkill", "-x", "kubelet"], check=True)  # init starts it with the new file
        wait_until(f"the kubelet of {self.name}", lambda: self._kubelet() not in ("", old), 30)
        health = ["curl", "-sf", "http://127.0.0.1:10248/healthz"]
        wait_until("its health", lambda: self.execute(health).returncode == 0, 30)

    def _kubelet(self):
        """Its pid inside the node; empty while it does not run."""
        return self.execute(["pgrep", "-x", "kubelet"]).stdout.decode().strip()

    def _route_to_others(self, node_count):
        for other in range(1, node_count + 1):
            if other != self._index:
                route = [
                    "ip",
                    "route",
                    "replace",
                    self._allocation.pod_net(other),
                    "via",
                    self._allocation.node_ip(other),
                ]
                wait_until(
                    f"the network of {self.name}",
                    lambda r=route: self.execute(r).returncode == 0,
                    10,
                    [self.process],
                )

    def _ready(self):
        node = self._api.get(f"/api/v1/nodes/{self.name}")
        return node is not None and is_ready(node)

    def execute(self, command, check=False, **options):
        """Runs a command inside the node; returns subprocess.CompletedProcess."""
        pid = self.init.pid()
        if pid is None:
            raise NotUp(f"{self.name} is not up")
        options.setdefault("capture_output", "stdout" not in options)
        path = f"/run/containerd-bin:/run/kubernetes-bin:{os.environ.get('PATH', os.defpath)}"
        argv = [
            "nsenter",
            "-t",
            str(pid),
            "-m",
            "-n",
            "-u",
            "-p",
            "--",
            "env",
            f"PATH={path}",
            *map(str, command),
        ]
        done = subprocess.run(argv, **options)
        if check and done.returncode != 0:
            told = (done.stderr or b"").decode().strip()
            raise ClusterError(f"{self.name}: {' '.join(map(str, command))}: {told}")
        return done

    def load_image(self, archive):
        """Imports an OCI archive into the node's containerd."""
        with open(archive, "rb") as stream:
            self.execute(["ctr", "-n", "k8s.io", "images", "import", "-"], check=True, stdin=stream)

    def down(self):
        """Ends init, upon which the kernel ends everything in the node, then removes cable,
        groups and files."""
        self.init.signal(signal.SIGTERM)
        self.process.stop(grace=5)
        self.init.stop(grace=5)
        network.disconnect_node(self._allocation, self._index)
        cgroups.remove(self._group)
        shutil.rmtree(self.folder, ignore_errors=True)

    def leave(self):
        """Takes the node out of a cluster that goes on: first the Node, so that nothing is
        scheduled there any more. Its pods are deleted at once: Kubernetes itself waits a minute
        before it gives up those of a node that is no more.
        """
        self._api.delete(f"/api/v1/nodes/{self.name}")
        self.down()
        pods = self._api.get(f"/api/v1/pods?fieldSelector=spec.nodeName={self.name}")["items"]
        for pod in pods:
            where = pod["metadata"]
            self._api.delete(
                f"/api/v1/namespaces/{where['namespace']}/pods/{where['name']}?gracePeriodSeconds=0"
            )
