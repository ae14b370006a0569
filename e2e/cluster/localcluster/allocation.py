"""Ports, bridge and subnets of a cluster: derived from the state directory, probed for being free,
then recorded.

Slot s (0..31) owns these networks:
  10.250.s.0/24      nodes (the host is .1, node i is .i+1)
  10.(128+s).0.0/16  fake pods
  10.(160+s).i.0/24  pods of node i
  10.(192+s).0.0/16  Services
Ports are ten in a row below the ephemeral range. Clusters of the same user announce themselves in
the cache, so that two of them never choose the same slot even while one is just starting.
"""

import fcntl
import ipaddress
import json
import socket
import subprocess
from dataclasses import asdict, dataclass
from pathlib import Path

from .errors import ClusterError
from .layout import cache_dir, read_json, write_json

SLOTS = 32
FIRST_PORT, PORT_BLOCKS, BLOCK = 21000, 900, 10
PORT_NAMES = (
    "apiserver",
    "etcd",
    "etcd_peer",
    "controller_manager",
    "scheduler",
    "dns",
    "dns_ready",
    "kwok",
    "dns_metrics",
    "spare",
)


@dataclass(frozen=True)
class Allocation:
    """What one cluster may use. All addresses follow from `slot`, all ports from `first_port`."""

    cluster_id: str
    slot: int
    first_port: int

    def port(self, name):
        return self.first_port + PORT_NAMES.index(name)

    @property
    def bridge(self):
        return f"ks{self.cluster_id}"

    @property
    def host_ip(self):
        return f"10.250.{self.slot}.1"

    @property
    def node_net(self):
        return f"10.250.{self.slot}.0/24"

    def node_ip(self, index):
        return f"10.250.{self.slot}.{index + 1}"

    @property
    def pod_cidr(self):
        return f"10.{160 + self.slot}.0.0/16"

    def pod_net(self, index):
        return f"10.{160 + self.slot}.{index}.0/24"

    @property
    def fake_pod_cidr(self):
        return f"10.{128 + self.slot}.0.0/16"

    @property
    def service_cidr(self):
        return f"10.{192 + self.slot}.0.0/16"

    @property
    def kubernetes_ip(self):
        return f"10.{192 + self.slot}.0.1"

    @property
    def dns_ip(self):
        return f"10.{192 + self.slot}.0.10"

    @property
    def networks(self):
        return (self.node_net, self.pod_cidr, self.service_cidr)


def _taken_networks():
    """Networks this machine already routes, the default route left out."""
    routes = json.loads(
        subprocess.run(
            ["ip", "-j", "-4", "route", "show", "table", "all"],
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        or "[]"
    )
    taken = []
    for route in routes:
        if (
            route.get("type", "unicast") in ("unicast", "local", "blackhole")
            and route["dst"] != "default"
        ):
            taken.append(ipaddress.ip_network(route["dst"], strict=False))
    return taken


def _slot_is_free(allocation, taken):
    wanted = [ipaddress.ip_network(n) for n in allocation.networks]
    return not any(w.overlaps(t) for w in wanted for t in taken)


def _port_is_free(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("0.0.0.0", port))
        except OSError:
            return False
        return True


def _other_clusters(folder, cluster_id):
    """Announcements of this user's other clusters; those whose state directory is gone are
    forgotten."""
    others = []
    for path in folder.glob("*.json"):
        entry = read_json(path, {})
        if path.stem == cluster_id:
            continue
        if Path(entry.get("state", "/nowhere"), "allocation.json").exists():
            others.append(entry)
        else:
            path.unlink(missing_ok=True)
    return others


def _choose(cluster_id, others):
    seed = int(cluster_id, 16)
    taken, used_slots = _taken_networks(), {o["slot"] for o in others}
    used_ports = {o["first_port"] for o in others}
    ports = [FIRST_PORT + BLOCK * ((seed + i) % PORT_BLOCKS) for i in range(PORT_BLOCKS)]
    first_port = next(
        (
            p
            for p in ports
            if p not in used_ports and all(_port_is_free(p + i) for i in range(BLOCK))
        ),
        None,
    )
    if first_port is None:
        raise ClusterError(f"no {BLOCK} free ports in a row from {FIRST_PORT} on")
    for slot in ((seed + i) % SLOTS for i in range(SLOTS)):
        candidate = Allocation(cluster_id, slot, first_port)
        if slot not in used_slots and _slot_is_free(candidate, taken):
            return candidate
    raise ClusterError(
        "no free slot in 10.0.0.0/8: too many clusters, or this machine's routes cover it"
    )


def load(layout):
    """The recorded allocation, or None."""
    record = read_json(layout.allocation_file)
    return Allocation(**record) if record else None


def allocate(layout):
    """The recorded allocation, or a new one, recorded and announced."""
    recorded = load(layout)
    if recorded:
        return recorded
    folder = cache_dir() / "clusters"
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / ".lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        chosen = _choose(layout.cluster_id, _other_clusters(folder, layout.cluster_id))
        write_json(layout.allocation_file, asdict(chosen))
        write_json(
            folder / f"{layout.cluster_id}.json", {**asdict(chosen), "state": str(layout.root)}
        )
    return chosen


def forget(layout):
    (cache_dir() / "clusters" / f"{layout.cluster_id}.json").unlink(missing_ok=True)


def announced(layout):
    """The allocation that the cache remembers for this state directory, e.g. after the directory
    was deleted."""
    entry = read_json(cache_dir() / "clusters" / f"{layout.cluster_id}.json")
    return Allocation(entry["cluster_id"], entry["slot"], entry["first_port"]) if entry else None
