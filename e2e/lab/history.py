"""History: every event of the kinds that matter, from a revision on, as the API server told it.

The resourceVersion of an event is etcd's revision, one order over all kinds, so what stood at any
moment can be read again afterwards. A watch that the API server ends is begun again where it ended;
where the server no longer knows what came since, the history has a hole, and whoever asks it is told.

    history = History(cluster); history.start()
    history.at(revision)["secrets"][("shop", "stripe-live")]
"""

import json
import subprocess
import threading
import time

PATHS = {
    "secrets": "/api/v1/secrets",
    "pods": "/api/v1/pods",
    "managedcredentials": "/apis/keysteward.dev/v1alpha1/managedcredentials",
    "credentialrotations": "/apis/keysteward.dev/v1alpha1/credentialrotations",
    "credentialrevocations": "/apis/keysteward.dev/v1alpha1/credentialrevocations",
}
# A watch lasts half an hour or more; one that ends at once is not begun for ever.
MOST_WATCHES = 20
GONE = 410  # what came after the revision is no longer known


class Event:
    def __init__(self, kind, told):
        self.kind = kind
        self.type = told["type"]
        self.object = told["object"]
        meta = self.object["metadata"]
        self.key = (meta.get("namespace", ""), meta.get("name", ""))
        self.revision = int(meta["resourceVersion"])

    @property
    def deleted(self):
        return self.type == "DELETED"


class History:
    def __init__(self, cluster):
        self.cluster = cluster
        self.events = []
        self.newest = {}  # (kind, namespace, name): the object as last told, None when deleted
        self.hole = None  # why something is missing from it
        self.changed = threading.Condition()
        self.children = {}  # kind: the process that watches it
        self.stopped = False

    def start(self):
        since = json.loads(self.cluster.kubectl("get", "--raw", "/api/v1/namespaces?limit=1").stdout)
        for kind in PATHS:
            threading.Thread(target=self.follow, daemon=True,
                             args=(kind, since["metadata"]["resourceVersion"])).start()

    def follow(self, kind, revision):
        """Watches until stop() or a hole, each time from the newest revision that was told."""
        refused = None
        for _ in range(MOST_WATCHES):
            lines = self.open(kind, revision)
            if lines is None:
                return
            revision, refused = self.read(kind, lines, revision)
            if refused is not None and refused.get("code") == GONE:
                break
        self.tear(f"the watch of {kind} ended after revision {revision}: {refused or 'again and again'}")

    def open(self, kind, revision):
        """The lines of a new watch, or None after stop()."""
        place = f"{PATHS[kind]}?watch=1&allowWatchBookmarks=true&resourceVersion={revision}"
        with self.changed:
            if self.stopped:
                return None
            child = subprocess.Popen(["kubectl", "get", "--raw", place], env=self.cluster.env,
                                     stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
            former = self.children.get(kind)
            self.children[kind] = child
        if former:
            former.kill()
            former.wait()
        return child.stdout

    def read(self, kind, lines, revision):
        """The newest revision that was told, and the Status with which the server ended, or None."""
        for line in lines:
            told = json.loads(line)
            if told["type"] == "ERROR":
                return revision, told["object"]
            revision = told["object"]["metadata"]["resourceVersion"]
            if told["type"] != "BOOKMARK":
                self.add(Event(kind, told))
        return revision, None

    def add(self, event):
        with self.changed:
            self.events.append(event)
            self.newest[(event.kind, *event.key)] = None if event.deleted else event.object
            self.changed.notify_all()

    def tear(self, why):
        with self.changed:
            if not self.stopped:
                self.hole = why
            self.changed.notify_all()

    def stop(self):
        with self.changed:
            self.stopped = True
            children = list(self.children.values())
        for child in children:
            child.kill()
            child.wait()

    def check_whole(self):
        assert self.hole is None, f"the history has a hole: {self.hole}"

    def wait(self, what, condition, timeout=60):
        """Waits until `condition(self)`, asked after each event and now and then, is true."""
        end = time.monotonic() + timeout
        with self.changed:
            while not (found := condition(self)):
                self.check_whole()
                assert time.monotonic() < end, f"{what}: not so after {timeout} s"
                self.changed.wait(0.05)
            return found

    def now(self, kind, namespace, name):
        return self.newest.get((kind, namespace, name))

    def catch_up(self, namespace):
        """Returns once all that stands in the namespace now has been told."""
        for kind in PATHS:
            listed = self.cluster.get(kind, namespace=namespace) or {"items": []}
            for item in listed["items"]:
                meta = item["metadata"]
                self.wait(f"{kind} {meta['name']} as it stands", lambda _: self.reached(kind, meta))

    def reached(self, kind, meta):
        told = self.now(kind, meta["namespace"], meta["name"])
        return told is not None and int(told["metadata"]["resourceVersion"]) >= int(
            meta["resourceVersion"])

    def of(self, kind, namespace=None, name=None):
        """The events of that kind, in order."""
        self.check_whole()
        return sorted((e for e in self.events if e.kind == kind
                       and (namespace is None or e.key[0] == namespace)
                       and (name is None or e.key[1] == name)), key=lambda e: e.revision)

    def standing(self, kind, revision, namespace=None):
        """{key: object} of what stood when the store was at that revision."""
        stood = {}
        for event in self.of(kind, namespace):
            if event.revision > revision:
                break
            if event.deleted:
                stood.pop(event.key, None)
            else:
                stood[event.key] = event.object
        return stood
