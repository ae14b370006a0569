"""The control groups of a node: one group that its kubelet takes as its root, in every hierarchy
this machine has.

cgroup v1 has a folder per controller, v2 a single tree. Both are driven with kubelet's
`cgroupfs` driver, so no systemd is asked for anything. (v2 is written after the kernel's
documentation; see docs/testing.md for what has been run.)
"""

import os
import time
from pathlib import Path

from .errors import ClusterError, Refused

ROOT = Path("/sys/fs/cgroup")
V1_NEEDED = ("cpu", "cpuacct", "cpuset", "memory", "pids", "devices", "freezer")
V2_NEEDED = ("cpu", "cpuset", "memory", "pids")


def version():
    """1 or 2. A v1 machine may also mount a v2 tree without controllers; that counts as 1."""
    return 2 if (ROOT / "cgroup.controllers").exists() else 1


def _hierarchies():
    return [h for h in ROOT.iterdir() if h.is_dir() and not h.is_symlink()]


def check():
    """Refuses when the kubelet would not find the controllers that it insists on."""
    if version() == 2:
        present = (ROOT / "cgroup.controllers").read_text().split()
        missing = [c for c in V2_NEEDED if c not in present]
    else:
        missing = [c for c in V1_NEEDED if not (ROOT / c).is_dir()]
    if missing:
        raise Refused(f"cgroup v{version()} without the controllers {', '.join(missing)}")
    if not os.access(ROOT, os.W_OK):
        raise Refused(f"{ROOT} is read-only")


def create(name):
    """Makes the node's group. Idempotent."""
    if version() == 2:
        _create_v2(name)
        return
    for hierarchy in _hierarchies():
        if (hierarchy / "cgroup.controllers").exists():
            continue  # a v2 tree without controllers beside v1: runc makes its own groups there
        group = hierarchy / name
        group.mkdir(exist_ok=True)
        if (
            hierarchy / "cpuset.cpus"
        ).exists():  # a new cpuset is empty, and nothing can run in an empty one
            for setting in ("cpuset.cpus", "cpuset.mems"):
                (group / setting).write_text((hierarchy / setting).read_text())


def _create_v2(name):
    enabled = (ROOT / "cgroup.subtree_control").read_text().split()
    for controller in V2_NEEDED:
        if controller in enabled:
            continue
        try:
            (ROOT / "cgroup.subtree_control").write_text(f"+{controller}")
        except OSError as error:
            raise Refused(
                f"cgroup v2: the controller {controller} cannot be enabled at the root ({error}); "
                "in a container, move its processes into a child group first"
            ) from error
    group = ROOT / name
    group.mkdir(exist_ok=True)
    (group / "cgroup.subtree_control").write_text(" ".join(f"+{c}" for c in V2_NEEDED))


def _folders(name):
    groups = [ROOT / name] if version() == 2 else [h / name for h in _hierarchies()]
    return [g for g in groups if g.is_dir()]


def remove(name, seconds=10):
    """Removes the group and everything below it. The kernel lets go of a dead process's group a
    little late."""
    deadline = time.monotonic() + seconds
    while folders := _folders(name):
        for group in folders:
            for path, _, _ in os.walk(group, topdown=False):
                try:
                    os.rmdir(path)
                except OSError:
                    pass  # still in use: the next round tries again
        if _folders(name) and time.monotonic() > deadline:
            raise ClusterError(
                f"control group {name} cannot be removed; processes in it: {_members(name)}"
            )
        time.sleep(0.05)


def _members(name):
    return sorted(
        {
            pid
            for g in _folders(name)
            for f in g.rglob("cgroup.procs")
            for pid in f.read_text().split()
        }
    )
