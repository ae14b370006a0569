"""The bridge between this machine and its nodes, and the routes to pods and Services.

Nothing else of the machine's network is changed: no iptables rule, no sysctl. Routes go with the
bridge.
"""

import subprocess

from .errors import ClusterError


def ip(*arguments):
    done = subprocess.run(["ip", *map(str, arguments)], capture_output=True, text=True)
    if done.returncode != 0:
        raise ClusterError(f"ip {' '.join(map(str, arguments))}: {done.stderr.strip()}")
    return done.stdout


def _exists(device):
    return subprocess.run(["ip", "link", "show", device], capture_output=True).returncode == 0


def veth_name(allocation, index):
    return f"{allocation.bridge}n{index}"


def create_bridge(allocation):
    if not _exists(allocation.bridge):
        ip("link", "add", allocation.bridge, "type", "bridge")
    ip("address", "replace", f"{allocation.host_ip}/24", "dev", allocation.bridge)
    ip("link", "set", allocation.bridge, "up")


def _remove(device):
    """The kernel may take a cable away by itself at this very moment, with the namespace of its
    other end."""
    done = subprocess.run(["ip", "link", "delete", device], capture_output=True, text=True)
    if done.returncode != 0 and _exists(device):
        raise ClusterError(f"{device} cannot be removed: {done.stderr.strip()}")


def remove_bridge(allocation):
    _remove(allocation.bridge)


def connect_node(allocation, index, init_pid):
    """A cable from the bridge into the network namespace of `init_pid`, as its eth0, and the
    routes through it."""
    veth, node_ip = veth_name(allocation, index), allocation.node_ip(index)
    _remove(veth)
    ip("link", "add", veth, "type", "veth", "peer", "name", "eth0", "netns", init_pid)
    ip("link", "set", veth, "master", allocation.bridge, "up")
    ip(
        "route",
        "replace",
        allocation.pod_net(index),
        "via",
        node_ip,
        "dev",
        allocation.bridge,
        "onlink",
    )
    if index == 1:  # its kube-proxy turns Service addresses into endpoints for this machine too
        ip(
            "route",
            "replace",
            allocation.service_cidr,
            "via",
            node_ip,
            "dev",
            allocation.bridge,
            "onlink",
        )


def disconnect_node(allocation, index):
    _remove(veth_name(allocation, index))
    if _exists(allocation.bridge):
        subprocess.run(["ip", "route", "delete", allocation.pod_net(index)], capture_output=True)
