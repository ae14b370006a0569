"""History: every event of the kinds that matter, from a revision on, as the API server told it.

The resourceVersion of an event is etcd's revision, one order over all kinds, so what stood at any
moment can be read again afterwards.

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


class Event:
    def __init__(self, kind, line):
        told = json.loads(line)
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
        self.changed = threading.Condition()
        self.children = []

    def start(self):
        since = json.loads(self.cluster.kubectl("get", "--raw", "/api/v1/namespaces?limit=1").stdout)
        for kind, path in PATHS.items():
            place = f"{path}?watch=1&resourceVersion={since['metadata']['resourceVersion']}"
            child = subprocess.Popen(["kubectl", "get", "--raw", place], env=self.cluster.env,
                                     stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
            self.children.append(child)
            threading.Thread(target=self.read, args=(kind, child.stdout), daemon=True).start()

    def read(self, kind, lines):
        for line in lines:
            event = Event(kind, line)
            assert event.type != "ERROR", "the API server ended a watch: the history has a hole"
            with self.changed:
                self.events.append(event)
                self.newest[(kind, *event.key)] = None if event.deleted else event.object
                self.changed.notify_all()

    def stop(self):
        for child in self.children:
            child.kill()
            child.wait()

    def wait(self, what, condition, timeout=60):
        """Waits until `condition(self)`, asked after each event and now and then, is true."""
        end = time.monotonic() + timeout
        with self.changed:
            while not (found := condition(self)):
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
