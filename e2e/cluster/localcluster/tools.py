"""Finds the binaries: the directory in KUBEBUILDER_ASSETS for what it holds, else the cache that
scripts/setup fills."""

import os
from pathlib import Path

from .errors import ClusterError
from .layout import REPOSITORY, cache_dir

VERSIONS_FILE = REPOSITORY / "scripts" / "lib" / "versions.sh"
FROM_ASSETS = ("etcd", "kube-apiserver", "kubectl", "kube-controller-manager", "kube-scheduler")


def versions():
    """The pairs of versions.sh, e.g. {"ETCD_VERSION": "3.6.16"}."""
    lines = VERSIONS_FILE.read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def tool_dir(name):
    key = name.upper().replace("-", "_") + "_VERSION"
    return cache_dir() / "tools" / f"{name}-{versions()[key]}"


def assets_dir():
    given = os.environ.get("KUBEBUILDER_ASSETS")
    return Path(given) if given else None


def find(tool, binary):
    """Path of `binary`, or None when it is not there."""
    assets = assets_dir()
    if assets and binary in FROM_ASSETS and os.access(assets / binary, os.X_OK):
        return assets / binary
    if assets and binary in ("kube-controller-manager", "kube-scheduler"):
        # Ours may be newer than the user's kube-apiserver, which Kubernetes does not support.
        return None
    path = tool_dir(tool) / "bin" / binary
    return path if os.access(path, os.X_OK) else None


def need(tool, binary):
    path = find(tool, binary)
    if path is None:
        raise ClusterError(f"{binary} is missing: run scripts/setup --cluster")
    return path


def search_path():
    """Folders for PATH, so that kubectl, helm3, helm4 and ctr are those of the cluster."""
    folders = [
        tool_dir(name) / "bin" for name in ("kubernetes", "helm3", "helm4", "containerd", "etcd")
    ]
    assets = assets_dir()
    return ([assets] if assets else []) + [f for f in folders if f.is_dir()]
