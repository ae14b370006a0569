"""RealNode: a cluster with one real node, Keysteward from its chart, and the sample application.

    with RealNode("bench-leak") as space:
        space.rotate("second")
"""

import os
import shutil
import sys
import tempfile

from bed.installation import ROOT  # noqa: F401 (puts e2e/lab into the path)
from lab import images, keysteward
from lab.cluster import LocalCluster
from lab.provider import Provider
from lab.space import Space


class RealNode:
    def __init__(self, name):
        if os.geteuid() != 0:
            sys.exit("a real node needs root")
        self.name = name
        self.folder = tempfile.mkdtemp(prefix="keysteward-bench-")
        self.cluster = LocalCluster(self.folder)

    def __enter__(self):
        """A space with a delivered credential and three pods of the application that use it."""
        try:
            self.cluster.up("--dns")
            for archive in images.build("release"):
                self.cluster.load(archive)
            keysteward.install(self.cluster)
            provider = Provider(self.cluster)
            provider.deploy()
            space = Space(self.cluster, provider, self.name)
            space.declare()
            space.run_application()
            return space
        except BaseException:
            self.__exit__()
            raise

    def __exit__(self, *_):
        self.cluster.down()
        shutil.rmtree(self.folder, ignore_errors=True)


def work_calls(space):
    """Calls that the application has made."""
    return [entry for entry in space.provider.journal(space.since) if entry["path"] == "/v1/work"]
