"""The configuration files of a node: containerd, CNI, kubelet, and the settings its init script
reads."""

import json
import shlex

from . import tools
from .layout import write_json

PAUSE_IMAGE = "keysteward.test/pause:1"
# Folder of the node's state as seen inside the node: init binds it there, wherever the state
# directory is.
INSIDE = "/run/node"

# Settings of the whole machine that a kubelet would change. In a node they are files that already
# hold what it wants.
SYSCTLS = {
    "vm/overcommit_memory": 1,
    "vm/panic_on_oom": 0,
    "kernel/panic": 10,
    "kernel/panic_on_oops": 1,
    "kernel/keys/root_maxkeys": 1000000,
    "kernel/keys/root_maxbytes": 25000000,
}

CONTAINERD = """version = 3
root = "{inside}/containerd"
state = "/run/containerd"
[grpc]
  address = "/run/containerd/containerd.sock"
[plugins.'io.containerd.internal.v1.opt']
  path = "{inside}/opt"
[plugins.'io.containerd.cri.v1.images']
  snapshotter = "{snapshotter}"
  [plugins.'io.containerd.cri.v1.images'.pinned_images]
    sandbox = "{pause}"
[plugins.'io.containerd.cri.v1.runtime']
  restrict_oom_score_adj = true
  disable_apparmor = true
  [plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
    [plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc.options]
      BinaryName = "/usr/sbin/runc"
      SystemdCgroup = false
  [plugins.'io.containerd.cri.v1.runtime'.cni]
    bin_dirs = ["/usr/lib/cni"]
    conf_dir = "{inside}/etc/cni"
"""


def containerd_config(snapshotter):
    return CONTAINERD.format(inside=INSIDE, snapshotter=snapshotter, pause=PAUSE_IMAGE)


def cni_config(allocation, index):
    """Point-to-point cables: every packet between pods is routed, so Service addresses work between
    pods of one node without the kernel's br_netfilter. Enforces no NetworkPolicy."""
    ranges = [[{"subnet": allocation.pod_net(index)}]]
    ipam = {
        "type": "host-local",
        "dataDir": "/run/cni-ipam",
        "ranges": ranges,
        "routes": [{"dst": "0.0.0.0/0"}],
    }
    return {
        "cniVersion": "1.0.0",
        "name": "pods",
        "plugins": [
            {"type": "ptp", "ipMasq": False, "ipam": ipam},
            {"type": "portmap", "capabilities": {"portMappings": True}},
        ],
    }


def kubelet_config(allocation, index, group, secret_detection):
    """`secret_detection`: Watch (a changed Secret reaches mounts at the next sync, within 3 s)
    or Cache (a restarted container may see a Secret up to a minute old, as on a cluster of many
    nodes)."""
    sync_frequency = "2s" if secret_detection == "Watch" else "10s"
    return {
        "apiVersion": "kubelet.config.k8s.io/v1beta1",
        "kind": "KubeletConfiguration",
        "failCgroupV1": False,
        "cgroupDriver": "cgroupfs",
        "cgroupRoot": f"/{group}",
        "oomScoreAdj": 0,
        "failSwapOn": False,
        "containerRuntimeEndpoint": "unix:///run/containerd/containerd.sock",
        "address": allocation.node_ip(index),
        "authentication": {
            "anonymous": {"enabled": False},
            "webhook": {"enabled": True},
            "x509": {"clientCAFile": f"{INSIDE}/pki/ca.crt"},
        },
        "authorization": {"mode": "Webhook"},
        "tlsCertFile": f"{INSIDE}/pki/node.crt",
        "tlsPrivateKeyFile": f"{INSIDE}/pki/node.key",
        "clusterDNS": [allocation.dns_ip],
        "clusterDomain": "cluster.local",
        "resolvConf": f"{INSIDE}/etc/resolv.conf",
        "volumePluginDir": f"{INSIDE}/flex",
        "podLogsDir": "/var/log/pods",
        "makeIPTablesUtilChains": False,
        "syncFrequency": sync_frequency,
        "configMapAndSecretChangeDetectionStrategy": secret_detection,
        "evictionHard": {
            "memory.available": "100Mi",
            "nodefs.available": "1%",
            "imagefs.available": "1%",
        },
        "imageGCHighThresholdPercent": 100,
        "imageGCLowThresholdPercent": 99,
    }


def init_settings(allocation, index):
    """Shell assignments for node-init."""
    settings = {
        "NODE_NAME": f"node-{index}",
        "NODE_IP": allocation.node_ip(index),
        "HOST_IP": allocation.host_ip,
        "POD_CIDR": allocation.pod_cidr,
        "NODE_ROOT": tools.tool_dir("node-root"),
        "CONTAINERD_BIN": tools.need("containerd", "containerd").parent,
        "KUBERNETES_BIN": tools.need("kubernetes", "kubelet").parent,
        "SYSCTLS": " ".join(SYSCTLS),
    }
    return "".join(f"{key}={shlex.quote(str(value))}\n" for key, value in settings.items())


def write_kubelet_config(folder, allocation, index, group, secret_detection):
    write_json(
        folder / "etc" / "kubelet.json", kubelet_config(allocation, index, group, secret_detection)
    )


def write_all(folder, allocation, index, group, secret_detection, snapshotter):
    """Everything below the node's own folder, ready for init."""
    for name in ("kubelet", "containerd", "log", "opt", "flex", "pki", "etc/cni", "etc/sys"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    etc = folder / "etc"
    (etc / "containerd.toml").write_text(containerd_config(snapshotter))
    (etc / "cni" / "10-pods.conflist").write_text(json.dumps(cni_config(allocation, index)))
    (etc / "resolv.conf").write_text(f"nameserver {allocation.dns_ip}\n")
    for name, value in SYSCTLS.items():
        (etc / "sys" / name.replace("/", ".")).write_text(f"{value}\n")
    (etc / "settings.sh").write_text(init_settings(allocation, index))
    write_kubelet_config(folder, allocation, index, group, secret_detection)
