"""Workloads that are older than Keysteward live on: edited, scaled, drained, scaled by themselves,
and past the end of a Secret. What a person adds is judged all the same."""

import datetime
import json
import pathlib

import pytest

from lab import keysteward
from lab.samples import make, render

HERE = pathlib.Path(__file__).resolve().parent


def ahead(**time):
    end = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(**time)
    return end.strftime("%Y-%m-%dT%H:%M:%SZ")


def bare(secret):
    """A pod of nobody's that uses the Secret."""
    return json.dumps({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "bare"}, "spec": {
        "containers": [{"name": "app", "image": "keysteward.test/pause:1", "env": [{
            "name": "PASSWORD", "valueFrom": {"secretKeyRef": {
                "name": secret, "key": "password"}}}]}]}})


class Old:
    """The namespace's workloads."""

    def __init__(self, cluster, namespace):
        self.cluster = cluster
        self.namespace = namespace

    def kubectl(self, *arguments, **options):
        return self.cluster.kubectl("-n", self.namespace, *arguments, **options)

    def pods(self, app):
        pods = self.cluster.get("pods", namespace=self.namespace)["items"]
        return [p for p in pods if p["metadata"]["labels"].get("app") == app]

    def running(self, app):
        """Names of the pods that run and are not ending."""
        return {p["metadata"]["name"] for p in self.pods(app)
                if p["status"]["phase"] == "Running" and "deletionTimestamp" not in p["metadata"]}

    def wait_running(self, app, count, without=frozenset()):
        self.cluster.wait_until(f"{count} new pods of {app}", lambda: len(
            self.running(app) - set(without)) >= count, timeout=60)

    def refused(self, *arguments, **options):
        done = self.kubectl(*arguments, check=False, **options)
        assert done.returncode != 0, f"{arguments} was accepted"
        assert "denied the request" in done.stderr, done.stderr


@pytest.fixture
def old(cluster, namespace):
    """The workloads, running, and only then Keysteward."""
    keysteward.uninstall(cluster)
    try:
        made = Old(cluster, namespace)
        text = (HERE / "old.yaml").read_text().replace("@ends@", ahead(days=30))
        made.manifest, _ = render(text)
        cluster.apply(made.manifest, namespace=namespace)
        for app, count in (("literal", 2), ("ownerless", 1), ("ends-soon", 1), ("database", 1)):
            made.wait_running(app, count)
    finally:
        keysteward.install(cluster)
    keysteward.wait_judging(cluster, namespace)
    yield made
    node = cluster.get("nodes")["items"][0]["metadata"]["name"]
    cluster.kubectl("uncordon", node)


def test_old_objects_stay_alive(cluster, old):
    # 1. Edits of everything else pass: labels, annotations, the image, the whole file once more.
    old.kubectl("label", "deployment", "literal", "team=payments")
    old.kubectl("annotate", "statefulset", "database", "example.com/reviewed=today")
    old.kubectl("patch", "configmap", "settings", "--type=merge", "-p",
                '{"data":{"region":"eu-west-1"}}')
    cluster.apply(old.manifest, namespace=old.namespace)
    old.kubectl("rollout", "restart", "deployment/literal", "deployment/ownerless",
                "statefulset/database")
    for name in ("deployment/literal", "deployment/ownerless", "statefulset/database"):
        old.kubectl("rollout", "status", name, "--timeout=60s")
    old.kubectl("rollout", "undo", "deployment/literal")
    old.kubectl("rollout", "status", "deployment/literal", "--timeout=60s")
    # 2. Scaling passes and the pods start.
    old.kubectl("scale", "deployment/ownerless", "statefulset/database", "--replicas=2")
    old.wait_running("ownerless", 2)
    old.wait_running("database", 2)
    # 3. The autoscaler scales, too: below its minimum it needs no measurements.
    old.kubectl("autoscale", "deployment", "literal", "--min=3", "--max=4")
    old.wait_running("literal", 3)
    # 4. A drain: every pod is evicted and made again elsewhere, here on the node once it is back.
    before = {app: old.running(app) for app in ("literal", "ownerless", "database")}
    node = cluster.get("nodes")["items"][0]["metadata"]["name"]
    cluster.kubectl("drain", node, "--pod-selector=age=old", "--ignore-daemonsets", "--force",
                    "--delete-emptydir-data", "--timeout=60s")
    cluster.kubectl("uncordon", node)
    for app, count in (("literal", 3), ("ownerless", 2)):
        old.wait_running(app, count, without=before[app])
    old.wait_running("database", 2)
    # 5. The Secret's end passes. Its pods are made again, a person may still edit the Deployment.
    old.kubectl("annotate", "--overwrite", "secret", "ends-soon",
                f"keysteward.dev/expires-at={ahead(seconds=3)}")
    cluster.wait_until("the Secret's end", lambda: "secret-expired" in old.kubectl(
        "create", "--dry-run=server", "-f", "-", stdin=bare("ends-soon"), check=False).stderr)
    first = old.running("ends-soon")
    old.kubectl("delete", "pod", "-l", "app=ends-soon", "--wait=false")
    old.wait_running("ends-soon", 1, without=first)
    old.kubectl("label", "deployment", "ends-soon", "team=payments")
    old.kubectl("scale", "deployment", "ends-soon", "--replicas=2")
    old.wait_running("ends-soon", 2)
    # 6. What is added is judged: a key more, another key in its place, the Secret in something new.
    other = make("ghp_{alnum:30}{crc32}", 7)
    old.refused("set", "env", "deployment/literal", f"GITHUB_TOKEN={other}")
    old.refused("set", "env", "deployment/literal", f"STRIPE_SECRET_KEY={other}")
    old.refused("create", "-f", "-", stdin=bare("ends-soon"))
    # 7. The CronJob's next run starts.
    cluster.wait_until("a run of the CronJob", lambda: old.running("nightly"), timeout=75)
    # 8. Nobody was refused anything that a controller asked for.
    events = cluster.get("events", namespace=old.namespace)["items"]
    assert [e["message"] for e in events if "denied the request" in e.get("message", "")] == []
