"""Where a cluster keeps its files. Everything is below one state directory; deleting that
directory is `down`'s last act."""

import fcntl
import hashlib
import json
import os
import shutil
from contextlib import contextmanager
from pathlib import Path

from .errors import ClusterError

REPOSITORY = Path(__file__).resolve().parents[3]
DEFAULT_STATE = REPOSITORY / "build" / "cluster"


def cache_dir():
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "keysteward"


class Layout:
    """Paths of one cluster. `cluster_id` is a short hash of the state directory's path."""

    def __init__(self, root):
        self.root = Path(root).resolve()
        self.cluster_id = hashlib.sha256(str(self.root).encode()).hexdigest()[:6]
        self.pki = self.root / "pki"
        self.kubeconfigs = self.root / "kubeconfig"
        self.logs = self.root / "log"
        self.pids = self.root / "pid"
        self.images = self.root / "images"
        self.etcd = self.root / "etcd"
        self.nodes = self.root / "nodes"
        self.flex = self.root / "flex"
        self.allocation_file = self.root / "allocation.json"
        self.settings_file = self.root / "settings.json"

    @property
    def admin_kubeconfig(self):
        return self.kubeconfigs / "admin.conf"

    def node(self, index):
        return self.nodes / f"node-{index}"

    def exists(self):
        return self.allocation_file.exists()

    def create(self):
        """Makes the folders. A directory that holds anything but a cluster is refused, since
        `down` deletes it."""
        if (
            not self.exists()
            and self.root.is_dir()
            and any(p.name != ".lock" for p in self.root.iterdir())
        ):
            raise ClusterError(
                f"{self.root} is not empty and holds no cluster: choose another --state"
            )
        for folder in (self.pki, self.kubeconfigs, self.logs, self.pids, self.images, self.nodes):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def remove(self):
        mounts = Path("/proc/self/mountinfo").read_text().splitlines()
        below = [m.split()[4] for m in mounts if m.split()[4].startswith(f"{self.root}/")]
        if below:
            raise ClusterError(f"still mounted: {', '.join(below)}; {self.root} is left as it is")
        shutil.rmtree(self.root, ignore_errors=False)

    def remove_written_again(self):
        """What processes of a deleted cluster wrote below its directory after that: folders of
        our names. Anything else somebody put there stays."""
        for folder in (self.etcd, self.logs, self.pids, self.nodes, self.flex):
            shutil.rmtree(folder, ignore_errors=True)

    def remove_if_empty(self):
        """Takes away a directory that only ever held our lock."""
        if self.root.is_dir() and [p.name for p in self.root.iterdir()] == [".lock"]:
            shutil.rmtree(self.root)

    @contextmanager
    def locked(self):
        """One changing command at a time per cluster. Fails at once when another one runs."""
        self.root.mkdir(parents=True, exist_ok=True)
        with open(self.root / ".lock", "w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise ClusterError(f"another cluster command works on {self.root}") from error
            yield


def read_json(path, default=None):
    try:
        return json.loads(path.read_text())
    except OSError:
        return default


def write_json(path, value):
    partial = path.with_name(path.name + ".new")
    partial.write_text(json.dumps(value, indent=1) + "\n")
    partial.rename(path)
