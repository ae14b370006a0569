"""Long-running processes that outlive the command that started them.

A record holds pid, start time and boot id, so a pid that the kernel gave to somebody else is
never taken for ours and never signalled. Every process also carries the cluster's tag in its
environment, by which leftovers without a record (a state directory that was deleted under a
running cluster) are found.
"""

import json
import os
import signal
import subprocess
import time
from pathlib import Path

from .errors import ClusterError

TAG = "KEYSTEWARD_CLUSTER"


def _stat_fields(pid):
    """Fields of /proc/<pid>/stat from the third on (state first), or None. The command name may
    hold spaces and brackets."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None


def start_time(pid):
    """Clock ticks after boot at which `pid` started; None when it is gone or a zombie."""
    fields = _stat_fields(pid)
    return None if fields is None or fields[0] in "ZX" else int(fields[19])


def boot_id():
    return Path("/proc/sys/kernel/random/boot_id").read_text().strip()


def _environment():
    """Ours without proxies: what a cluster talks to is on this machine."""
    return {key: value for key, value in os.environ.items() if not key.lower().endswith("_proxy")}


class Process:
    """One named process of a cluster: its record, its log, starting and stopping it."""

    def __init__(self, layout, name):
        self.name = name
        self._layout = layout
        self._record = layout.pids / f"{name}.json"
        self.log = layout.logs / f"{name}.log"

    def pid(self):
        """The pid if the recorded process is still that process, else None."""
        try:
            record = json.loads(self._record.read_text())
        except (OSError, ValueError):
            return None
        same = record["boot_id"] == boot_id() and start_time(record["pid"]) == record["start_time"]
        return record["pid"] if same else None

    def alive(self):
        return self.pid() is not None

    def recorded(self):
        return self._record.exists()

    def start(self, argv):
        """Starts it unless it runs. Returns True when it was started."""
        if self.alive():
            return False
        tagged = {**_environment(), TAG: self._layout.cluster_id}
        with open(self.log, "ab") as log:
            try:
                child = subprocess.Popen(
                    [str(a) for a in argv],
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    env=tagged,
                    cwd=self._layout.root,
                    start_new_session=True,
                )
            except OSError as error:
                raise ClusterError(f"cannot start {self.name}: {error}") from error
        self.adopt(child.pid)
        return True

    def adopt(self, pid):
        """Records a running process under this name."""
        started = start_time(pid)
        if started is None:
            raise ClusterError(f"{self.name} ended at once:\n{self.log_tail()}")
        partial = self._record.with_suffix(".new")
        partial.write_text(json.dumps({"pid": pid, "start_time": started, "boot_id": boot_id()}))
        partial.rename(self._record)

    def signal(self, number):
        pid = self.pid()
        if pid is not None:
            os.kill(pid, number)

    def stop(self, grace):
        """TERM, then KILL after `grace` seconds. Only ever signals the recorded process."""
        self.signal(signal.SIGTERM)
        if not self._gone_within(grace):
            self.signal(signal.SIGKILL)
            if not self._gone_within(10):
                raise ClusterError(f"{self.name} (pid {self.pid()}) does not die, not even of KILL")
        self._record.unlink(missing_ok=True)

    def _gone_within(self, seconds):
        deadline = time.monotonic() + seconds
        while self.alive():
            if time.monotonic() > deadline:
                return False
            time.sleep(0.05)
        return True

    def log_tail(self, lines=15):
        try:
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])
        except OSError:
            return "(no log)"


def tagged_pids(cluster_id):
    """Pids of this cluster's processes found by the tag in their environment, own ones and their
    children."""
    wanted = f"{TAG}={cluster_id}".encode()
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            if (
                wanted in (entry / "environ").read_bytes().split(b"\0")
                and start_time(int(entry.name)) is not None
            ):
                found.append(int(entry.name))
        except OSError:
            continue  # gone meanwhile, or another user's
    return found


def end_tagged(cluster_id, seconds=10):
    """Kills what `tagged_pids` finds until nothing is left. Returns how many there were."""
    seen = set()
    deadline = time.monotonic() + seconds
    while pids := tagged_pids(cluster_id):
        if time.monotonic() > deadline:
            raise ClusterError(f"processes {pids} of the cluster cannot be ended")
        for pid in pids:
            seen.add(pid)
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        time.sleep(0.05)
    return len(seen)
