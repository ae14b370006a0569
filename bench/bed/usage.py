"""Usage: what a running process has used so far, from /proc."""

import json
import os
import pathlib

TICKS = os.sysconf("SC_CLK_TCK")


def control_plane_pid(cluster, name):
    """Of a process of our local cluster, such as kube-apiserver."""
    return json.loads((pathlib.Path(cluster.state) / "pid" / f"{name}.json").read_text())["pid"]


class Usage:
    def __init__(self, pid):
        self.pid = pid

    def cpu_seconds(self):
        """User and system time of all its threads."""
        with open(f"/proc/{self.pid}/stat") as file:
            fields = file.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def rss_megabytes(self):
        return self._status("VmRSS") / 1024

    def peak_rss_megabytes(self):
        return self._status("VmHWM") / 1024

    def threads(self):
        return self._status("Threads")

    def _status(self, name):
        with open(f"/proc/{self.pid}/status") as file:
            for line in file:
                if line.startswith(name + ":"):
                    return int(line.split()[1])
        raise KeyError(name)
