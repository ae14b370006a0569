"""Fake nodes by KWOK: pods on them are Running and Ready at once, without a process. They prove
ordering and scale, and nothing about what a pod contains. A pod with the annotation
e2e.keysteward.dev/hold stays unready.
"""

from . import tools
from .api import is_ready
from .errors import ClusterError
from .processes import Process
from .waiting import wait_until

START_SECONDS = 60
ANNOTATION = "kwok.x-k8s.io/node"
LABEL = "type=kwok"


def _node_object(name):
    capacity = {"cpu": "64", "memory": "256Gi", "pods": "500"}
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {
            "name": name,
            "annotations": {ANNOTATION: "fake", "node.alpha.kubernetes.io/ttl": "0"},
            "labels": {
                "kubernetes.io/hostname": name,
                "kubernetes.io/os": "linux",
                "kubernetes.io/arch": "amd64",
                "type": "kwok",
            },
        },
        "spec": {"taints": [{"key": ANNOTATION, "value": "fake", "effect": "NoSchedule"}]},
        "status": {"allocatable": capacity, "capacity": capacity},
    }


class FakeNodes:
    """The KWOK process and the Node objects fake-1 ... fake-N, tainted so that only pods that
    tolerate it land there."""

    def __init__(self, layout, allocation, api):
        self._layout, self._allocation, self._api = layout, allocation, api
        self.process = Process(layout, "kwok")

    def up(self, count):
        """Exactly `count` fake nodes, Ready."""
        self._start()
        wanted = {f"fake-{i}" for i in range(1, count + 1)}
        for name in self._names() - wanted:
            self._api.delete(f"/api/v1/nodes/{name}")
        for name in sorted(wanted - self._names()):
            self._create(name)
        wait_until(
            f"{count} fake nodes to be Ready",
            lambda: self._ready() == count,
            START_SECONDS,
            [self.process],
        )

    def _start(self):
        stages = tools.tool_dir("kwok") / "share" / "stages.yaml"
        self.process.start(
            [
                tools.need("kwok", "kwok"),
                f"--config={stages}",
                f"--kubeconfig={self._layout.admin_kubeconfig}",
                f"--manage-nodes-with-annotation-selector={ANNOTATION}=fake",
                f"--cidr={self._allocation.fake_pod_cidr}",
                "--node-lease-duration-seconds=40",
                f"--server-address=127.0.0.1:{self._allocation.port('kwok')}",
            ]
        )

    def _create(self, name):
        status, text = self._api.request("POST", "/api/v1/nodes", _node_object(name))
        if status != 201:
            raise ClusterError(f"creating {name}: {status} {text[:200]}")

    def _list(self):
        return self._api.get(f"/api/v1/nodes?labelSelector={LABEL}")["items"]

    def _names(self):
        return {node["metadata"]["name"] for node in self._list()}

    def _ready(self):
        return sum(is_ready(node) for node in self._list())

    def down(self):
        self.process.stop(grace=2)
