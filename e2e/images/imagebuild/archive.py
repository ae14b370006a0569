"""Writes an OCI image layout as one tar file, which containerd, kind, k3s, skopeo and Docker load.

oci-layout, index.json      the layout (image-spec v1); index.json names the manifest
manifest.json               the same image in the older form of `docker save`, for `docker load`
blobs/sha256/<digest>       manifest, configuration and gzip layers
"""

import gzip
import hashlib
import io
import json
import os
import subprocess
import tarfile
from datetime import datetime, timezone
from pathlib import Path

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"


def build_time():
    """SOURCE_DATE_EPOCH, else the time of the commit, else 1970."""
    given = os.environ.get("SOURCE_DATE_EPOCH")
    if given:
        return int(given)
    done = subprocess.run(
        ["git", "-C", Path(__file__).parent, "log", "-1", "--format=%ct"],
        capture_output=True,
        text=True,
    )
    return int(done.stdout) if done.returncode == 0 and done.stdout.strip() else 0


def full_name(name):
    """The name containerd looks an image up by: what a pod calls `keysteward:dev` has a domain
    and a path there."""
    name = name if ":" in name.rpartition("/")[2] else f"{name}:latest"
    domain, slash, _ = name.partition("/")
    if slash and ("." in domain or ":" in domain or domain == "localhost"):
        return name
    return f"docker.io/{name}" if slash else f"docker.io/library/{name}"


def architecture():
    return subprocess.run(
        ["dpkg", "--print-architecture"], check=True, capture_output=True, text=True
    ).stdout.strip()


class _Blobs:
    """Content by its digest."""

    def __init__(self):
        self.files = {}

    def add(self, media_type, content):
        digest = hashlib.sha256(content).hexdigest()
        self.files[f"blobs/sha256/{digest}"] = content
        return {"mediaType": media_type, "digest": f"sha256:{digest}", "size": len(content)}


def _json(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def _configuration(layers, settings, time):
    created = datetime.fromtimestamp(time, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    diff_ids = [f"sha256:{hashlib.sha256(layer).hexdigest()}" for layer in layers]
    return {
        "created": created,
        "architecture": architecture(),
        "os": "linux",
        "config": settings,
        "rootfs": {"type": "layers", "diff_ids": diff_ids},
        "history": [{"created": created, "created_by": "e2e/images"} for _ in layers],
    }


def _blob_path(descriptor):
    return "blobs/" + descriptor["digest"].replace(":", "/")


def write(path, name, trees, settings):
    """Writes the image `name` to `path`; `settings` is the image's config (User, Env, Entrypoint
    ...). Returns its size."""
    time, blobs = build_time(), _Blobs()
    layers = [tree.tar(time) for tree in trees]
    packed = [blobs.add(LAYER, gzip.compress(layer, 6, mtime=0)) for layer in layers]
    config = blobs.add(CONFIG, _json(_configuration(layers, settings, time)))
    manifest = blobs.add(
        MANIFEST,
        _json({"schemaVersion": 2, "mediaType": MANIFEST, "config": config, "layers": packed}),
    )
    manifest["annotations"] = {
        "io.containerd.image.name": full_name(name),
        "org.opencontainers.image.ref.name": name.rpartition(":")[2],
    }
    docker = [
        {
            "Config": _blob_path(config),
            "RepoTags": [name],
            "Layers": [_blob_path(layer) for layer in packed],
        }
    ]
    files = {
        "oci-layout": _json({"imageLayoutVersion": "1.0.0"}),
        "manifest.json": _json(docker),
        "index.json": _json({"schemaVersion": 2, "manifests": [manifest]}),
        **blobs.files,
    }
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name + ".new")
    with tarfile.open(partial, "w", format=tarfile.GNU_FORMAT) as archive:
        for file_name in sorted(files):
            info = tarfile.TarInfo(file_name)
            info.size, info.mtime, info.mode = len(files[file_name]), time, 0o644
            archive.addfile(info, io.BytesIO(files[file_name]))
    partial.rename(path)
    return path.stat().st_size
