"""One cluster as a whole: brings its parts up in order and takes them down in the opposite one."""

import shutil
import subprocess
import time

from . import allocation as allocations
from . import network, node_config, tools
from .api import Api, is_ready
from .control_plane import NAMES, ControlPlane
from .dns import Dns
from .errors import ClusterError, NotUp, Refused
from .fake_nodes import FakeNodes
from .layout import REPOSITORY, read_json, write_json
from .node import Node, check_machine
from .pki import Pki
from .processes import Process, end_tagged, tagged_pids

PAUSE_ARCHIVE = "pause.tar"


class Steps:
    """Prints one line per step with the time since the start."""

    def __init__(self):
        self._start = time.monotonic()

    def done(self, what):
        print(f"{time.monotonic() - self._start:6.1f} s  {what}", flush=True)


class Cluster:
    """The cluster of one state directory. `up` and `down` may be repeated at any time, also
    after a failure."""

    def __init__(self, layout):
        self.layout = layout
        self._use(allocations.load(layout))

    def _use(self, allocation):
        self.allocation = allocation
        if allocation:
            self._pki = Pki(self.layout, allocation)
            self.api = Api(self.layout, allocation)
            self._control_plane = ControlPlane(self.layout, allocation, self._pki, self.api)
            self._fake_nodes = FakeNodes(self.layout, allocation, self.api)
            self._dns = Dns(self.layout, allocation, self.api)

    def settings(self):
        return read_json(self.layout.settings_file, {})

    def node(self, index):
        return Node(self.layout, self.allocation, self._pki, self.api, index)

    def node_indexes(self):
        """Numbers of the real nodes that this cluster has, running or not."""
        return sorted(int(p.name.removeprefix("node-")) for p in self.layout.nodes.glob("node-*"))

    def up(self, wanted):
        """`wanted`: {"nodes", "fake_nodes", "dns", "secret_detection", "apiserver_arguments"}."""
        steps = Steps()
        if wanted["nodes"]:
            check_machine()
        self._refuse_strays()
        self.layout.create()
        self._use(allocations.allocate(self.layout))
        self._refuse_changed_flags(wanted)
        write_json(self.layout.settings_file, wanted)
        on_bridge = self._create_bridge(needed=wanted["nodes"] or wanted["dns"])
        self._pki.create()
        for remark in self._control_plane.up(on_bridge, wanted["apiserver_arguments"]):
            steps.done(remark)
        steps.done("control plane ready")
        if wanted["dns"]:
            self._dns.up()
            steps.done("DNS ready")
        self._up_nodes(wanted, steps)
        if wanted["fake_nodes"] or self._fake_nodes.process.recorded():
            self._fake_nodes.up(wanted["fake_nodes"])
            steps.done(f"{wanted['fake_nodes']} fake nodes ready")

    def _create_bridge(self, needed):
        """True when there is one. A control plane alone does without where it is not allowed."""
        try:
            network.create_bridge(self.allocation)
            return True
        except ClusterError as error:
            if needed:
                raise Refused(
                    f"real nodes and DNS need a network bridge, so root: {error}"
                ) from error
            return False

    def _up_nodes(self, wanted, steps):
        for index in self.node_indexes():
            if index > wanted["nodes"]:
                self.node(index).leave()
                steps.done(f"node-{index} removed")
        if wanted["nodes"]:
            self._make_pause_image()
        for index in range(1, wanted["nodes"] + 1):
            self.node(index).up(wanted["secret_detection"], wanted["nodes"])
            steps.done(f"node-{index} ready")

    def _make_pause_image(self):
        archive = self.layout.images / PAUSE_ARCHIVE
        if not archive.exists():
            mkimage = [REPOSITORY / "e2e" / "images" / "mkimage", archive, node_config.PAUSE_IMAGE]
            files = f"{tools.need('pause', 'pause')}:/pause"
            subprocess.run(
                [*mkimage, "--entrypoint", "/pause", files], check=True, stdout=subprocess.DEVNULL
            )

    def _refuse_strays(self):
        """Processes of this state directory without a record: it was deleted while they ran."""
        if not self.layout.exists():
            strays = tagged_pids(self.layout.cluster_id)
            if strays:
                raise ClusterError(
                    f"processes of an earlier cluster in {self.layout.root} still run (pids "
                    f"{', '.join(map(str, strays))}): take it down first"
                )

    def _refuse_changed_flags(self, wanted):
        before = self.settings().get("apiserver_arguments", wanted["apiserver_arguments"])
        apiserver = Process(self.layout, "kube-apiserver")
        if apiserver.alive() and before != wanted["apiserver_arguments"]:
            raise ClusterError(
                f"kube-apiserver runs with other arguments ({before}): take the cluster down first"
            )

    def down(self, keep=False):
        """Leaves no process, mount, group, bridge or file (`keep`: the state directory stays,
        for its logs and etcd). Returns False when there was nothing."""
        if not self.layout.exists():
            return self._down_strays()
        for index in self.node_indexes():
            self.node(index).down()
        self._dns.down()
        self._fake_nodes.down()
        self._control_plane.down()
        end_tagged(self.layout.cluster_id)
        network.remove_bridge(self.allocation)
        if not keep:
            self.layout.remove()
            allocations.forget(self.layout)
        return True

    def _down_strays(self):
        """What is left when the state directory was deleted: processes by their tag, and the
        rest by the names and the announcement in the cache."""
        ended = end_tagged(self.layout.cluster_id)
        if ended:
            self.layout.remove_written_again()
        leftover = allocations.announced(self.layout)
        if leftover:
            self._use(leftover)
            for index in range(1, 10):
                self.node(index).down()
            network.remove_bridge(leftover)
            allocations.forget(self.layout)
        return bool(ended or leftover)

    def processes(self):
        """Every process this cluster should have, by its settings and records."""
        names = [n for n in NAMES if Process(self.layout, n).recorded()]
        names += [n for n in ("coredns", "kwok") if Process(self.layout, n).recorded()]
        names += [f"node-{i}" for i in self.node_indexes()]
        return [Process(self.layout, n) for n in names]

    def nodes_ready(self):
        """{node name: is it Ready}; empty when the API server does not answer."""
        try:
            listed = self.api.get("/api/v1/nodes")
        except OSError:
            return {}
        return {n["metadata"]["name"]: is_ready(n) for n in listed["items"]}

    def need_up(self):
        if not self.layout.exists() or not Process(self.layout, "kube-apiserver").alive():
            raise NotUp(
                f"no cluster runs in {self.layout.root}: bring it up with e2e/cluster/cluster up"
            )

    def load_image(self, archive):
        """Imports an OCI archive into every real node and keeps it, by its file name, for nodes
        added later."""
        self.need_up()
        copy = self.layout.images / archive.name
        if archive.resolve() != copy.resolve():
            shutil.copy(archive, copy)
        indexes = self.node_indexes()
        for index in indexes:
            self.node(index).load_image(copy)
        return len(indexes)
