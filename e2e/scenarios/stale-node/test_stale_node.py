"""A kubelet that trusts an old Secret for a while, and containers that are killed in place between
the delivery and its roll-back: they come up with keys their pods' stamps do not tell. Judged by the
key ids that consumers really send: the new key ends only when nobody holds it, nobody is refused."""

import json
import time

import pytest

from lab import keysteward
from lab.canary import keep_installation

TRUST = 10  # seconds for which this kubelet gives out a Secret it has seen
STAMP = "revision.keysteward.dev/stripe-live"


@pytest.fixture
def stale_cluster(cluster, canary):
    """A kubelet in Cache mode, and an installation that was told so; both put back afterwards."""
    mode = [a for a in cluster.arguments if a not in ("--secret-detection", "Cache")]
    keep_installation(canary, cluster, keysteward.NAMESPACE)  # the pods of now go
    cluster.kubectl("annotate", "node", "node-1", "--overwrite",
                    f"node.alpha.kubernetes.io/ttl={TRUST}")
    cluster.up(*mode, "--secret-detection", "Cache")
    keysteward.configure(cluster, f"kubelet.secretStaleness={TRUST + 2}s")
    yield cluster
    keep_installation(canary, cluster, keysteward.NAMESPACE)
    keysteward.configure(cluster, "kubelet.secretStaleness=2s")
    cluster.kubectl("annotate", "node", "node-1", "node.alpha.kubernetes.io/ttl-")
    cluster.up(*mode)


def kill_a_container(cluster, key):
    """The oldest container of the application is killed; the kubelet starts it again in place."""
    cluster.tool("node-exec", "--", "pkill", "-KILL", "-o", "-f",
                 f"^/usr/bin/consumer .*unready-if-key-id-not={key}")


def sent(application):
    """(revision the pod is stamped with, key id its container sends now) of each running pod."""
    told = set()
    for pod in application.pods():
        place = (f"/api/v1/namespaces/{application.namespace}/pods/"
                 f"{pod['metadata']['name']}:8080/proxy/stats")
        answer = application.cluster.kubectl("get", "--raw", place, check=False)
        if answer.returncode == 0:
            stamp = int(pod["metadata"].get("annotations", {}).get(STAMP, "0"))
            told.add((stamp, json.loads(answer.stdout)["key_id"]))
    return told


def test_stale_node(stale_cluster, space):
    # 1. An application that is ready with today's key only.
    space.declare(rollout="20s")
    application = space.run_application(replicas=2)
    old_key = space.secret_key_id()
    space.kubectl("patch", "deployment", "shop-api", "--type=json", "-p", (
        '[{"op":"add","path":"/spec/template/spec/containers/0/args/-",'
        f'"value":"--unready-if-key-id-not={old_key}"}},'
        '{"op":"add","path":"/spec/progressDeadlineSeconds","value":15}]'))
    application.wait_ready()
    # 2. A rotation delivers; a container is killed in place at once, and comes up with the key
    #    that its kubelet still remembers.
    space.ask("breaks")
    space.cluster.wait_until("delivered", lambda: space.secret_key_id() != old_key, pause=0.1)
    new_key = space.secret_key_id()
    kill_a_container(space.cluster, old_key)
    # 3. The other one is killed when the kubelet has forgotten: a pod of the old revision now sends
    #    the new key, which its stamp does not tell.
    time.sleep(TRUST + 1)
    kill_a_container(space.cluster, old_key)
    space.cluster.wait_until("a pod of the old revision sends the new key",
                             lambda: (1, new_key) in sent(application), timeout=30)
    # 4. The new revision never gets ready: the old key comes back, and the new one ends, which it
    #    may only when no container holds it any more, whatever its pod's stamp says.
    rotation = space.wait_complete("breaks", timeout=240)
    assert rotation["status"]["result"] == "RolledBack"
    assert space.secret_key_id() == old_key
    assert space.provider_keys() == [old_key]
    application.wait_ready()
    assert {key for _, key in sent(application)} == {old_key}
    used = {entry["key_id"] for entry in space.provider.journal(space.since)
            if entry["path"] == "/v1/work"}
    assert new_key in used, "nobody ever sent the new key, so nothing was proven"
    assert space.refused_calls() == []
