"""The whole life of a release, with Helm 3 and Helm 4: install, test, upgrade, rollback, uninstall,
install again. Credentials outlive it; nothing else does."""

import json
import os
import time

import pytest

from lab import keysteward
from lab.shell import Failed

NAMESPACE = keysteward.NAMESPACE
# As for e2e/cluster: other work on the machine makes it slow, not wrong.
PATIENCE = float(os.environ.get("KEYSTEWARD_CLUSTER_PATIENCE", "1"))
SCOPED = ("pods,deployments,replicasets,jobs,services,serviceaccounts,roles,rolebindings,"
          "configmaps,secrets,leases,poddisruptionbudgets,networkpolicies,endpointslices")
CLUSTER = ("clusterroles,clusterrolebindings,validatingwebhookconfigurations,"
           "mutatingwebhookconfigurations")
IDENTITY = {"configmap/keysteward-installation", "secret/keysteward-digest-key",
            "secret/keysteward-tripwire-key", "secret/keysteward-signing-key"}


def left(cluster):
    """Everything that is ours, by kind and name, but for the kinds and what every namespace has."""
    inside = cluster.kubectl("-n", NAMESPACE, "get", SCOPED, "-o", "name").stdout.split()
    across = [name for name in cluster.kubectl("get", CLUSTER, "-o", "name").stdout.split()
              if "keysteward" in name]
    usual = {"configmap/kube-root-ca.crt", "serviceaccount/default"}
    return {name for name in [*inside, *across] if name not in usual}


def of_credentials(names):
    """What belongs to credentials that stay: staged values and copies of their issuers."""
    return {name for name in names if name.startswith(("secret/staged-", "secret/issuer-"))}


def upgrade(cluster, version, *settings):
    sets = [argument for setting in settings for argument in ("--set", setting)]
    cluster.helm("upgrade", "keysteward", keysteward.CHART, "-n", NAMESPACE, "--reuse-values",
                 "--wait", "--timeout", "120s", *sets, version=version)


def policy(cluster):
    hooks = cluster.get("validatingwebhookconfiguration", "keysteward")["webhooks"]
    assert all(hook["clientConfig"].get("caBundle") for hook in hooks)
    return {hook["name"]: hook["failurePolicy"] for hook in hooks}["workloads.keysteward.dev"]


def tamper(cluster):
    """Deletes one registration and weakens the other; returns when both are as they were."""
    before = cluster.get("validatingwebhookconfiguration", "keysteward")["webhooks"]
    weaker = [{"op": "replace", "path": "/webhooks/0/failurePolicy", "value": "Ignore"}]
    cluster.kubectl("patch", "validatingwebhookconfiguration", "keysteward", "--type=json",
                    "-p", json.dumps(weaker))
    cluster.kubectl("delete", "mutatingwebhookconfiguration", "keysteward")
    cluster.wait_until("both registrations are put back", lambda: cluster.get(
        "mutatingwebhookconfiguration", "keysteward") and cluster.get(
        "validatingwebhookconfiguration", "keysteward")["webhooks"] == before, timeout=30)


def installation(cluster):
    return cluster.get("configmap", "keysteward-installation", NAMESPACE)["data"]


def finalizers(space):
    return space.get("mcred", "stripe-live")["metadata"].get("finalizers", [])


@pytest.mark.parametrize("version", [3, 4])
def test_helm_upgrade_and_uninstall(space, version):
    cluster = space.cluster
    try:
        whole_life(space, version)
    finally:
        if not cluster.get("deployment", "keysteward-operator", NAMESPACE):
            keysteward.install(cluster, keysteward.SHARED)


def whole_life(space, version):
    cluster = space.cluster
    # 1. Installed, and ready within a minute.
    keysteward.uninstall(cluster)
    # A record of keys left alive stays until a person takes it away.
    cluster.kubectl("-n", NAMESPACE, "delete", "configmap", "keysteward-orphans",
                    "--ignore-not-found")
    begun = time.monotonic()
    keysteward.install(cluster, keysteward.SHARED, version=version)
    seconds = time.monotonic() - begun
    print(f"helm{version} install --wait: {seconds:.1f} s")
    assert seconds < 60 * PATIENCE
    # 2. helm test proves that a pod with a key is refused.
    cluster.helm("test", "keysteward", "-n", NAMESPACE, "--timeout", "60s", version=version)
    # 3. A credential, and who this installation is.
    keysteward.wait_judging(cluster, space.name)
    space.declare()
    secret, identity = space.get("secret", "stripe-live"), installation(cluster)
    # 4. An upgrade changes what it should and nothing about the credential; also when the operator
    # had to put the registration back before.
    tamper(cluster)
    assert policy(cluster) == "Ignore"
    upgrade(cluster, version, "webhook.failurePolicy=Fail", "logging.level=debug")
    assert policy(cluster) == "Fail"
    # 5. A rollback brings the old values back.
    cluster.helm("rollback", "keysteward", "-n", NAMESPACE, "--wait", "--timeout", "120s",
                 version=version)
    assert policy(cluster) == "Ignore"
    assert installation(cluster) == identity
    assert space.get("secret", "stripe-live")["data"] == secret["data"]
    # 6. Were the kinds to go too, the uninstall is refused, says why, and changes nothing.
    if version == 4:
        refused_uninstall(space)
    gone_and_back(space, version, identity, secret, orphan=version == 3)
    # 9. The credential ends as it should.
    space.kubectl("delete", "mcred", "stripe-live", "--timeout=60s")
    if version == 4:
        everything_goes(cluster)


def gone_and_back(space, version, identity, secret, orphan):
    cluster = space.cluster
    # 7. Keeping them, it goes; with uninstall.orphan nothing waits for an operator that is gone.
    upgrade(cluster, version, "crds.keep=true", f"uninstall.orphan={str(orphan).lower()}")
    keysteward.uninstall(cluster, version=version)
    rest = left(cluster)
    record = {"configmap/keysteward-orphans"} if orphan else set()
    assert rest - of_credentials(rest) == IDENTITY | record
    assert space.get("secret", "stripe-live")["data"] == secret["data"]
    assert ("keysteward.dev/credential" in finalizers(space)) == (not orphan)
    if orphan:
        data = cluster.get("configmap", "keysteward-orphans", NAMESPACE)["data"]
        assert space.secret_key_id() in data[f"{space.name}.stripe-live"]
        cluster.kubectl("-n", NAMESPACE, "delete", "configmap", "keysteward-orphans")
    # 8. Installed again it knows everything, and rotates with proof.
    keysteward.install(cluster, keysteward.SHARED, version=version)
    assert installation(cluster) == identity
    cluster.wait_until("taken up again", lambda: "keysteward.dev/credential" in finalizers(space))
    assert space.rotate("after-all")["status"]["result"] == "Proven"


def everything_goes(cluster):
    # 10. When no key is left, nothing of it stays: the kinds go too.
    cluster.kubectl("delete", "mcred", "--all", "-A", "--timeout=120s", timeout=150)
    cluster.wait_until("all keys are revoked", lambda: all(
        each["status"].get("state") == "Revoked" for each in cluster.get("mcrev")["items"]))
    upgrade(cluster, 4, "crds.keep=false", "uninstall.orphan=false")
    keysteward.uninstall(cluster)
    assert left(cluster) == set()
    assert "keysteward.dev" not in cluster.kubectl("get", "crd", "-o", "name").stdout


def refused_uninstall(space):
    cluster = space.cluster
    upgrade(cluster, 4, "crds.keep=false")
    with pytest.raises(Failed):
        cluster.helm("uninstall", "keysteward", "-n", NAMESPACE, "--timeout", "60s")
    log = cluster.kubectl("-n", NAMESPACE, "logs", "job/keysteward-uninstall-prepare").stdout
    assert f"ManagedCredential {space.name}/stripe-live exists" in log
    assert policy(cluster) == "Ignore"
    # Helm remembers an uninstall that was not finished; a rollback goes back before it.
    cluster.helm("rollback", "keysteward", "-n", NAMESPACE, "--wait", "--timeout", "120s")
    assert space.condition("mcred", "stripe-live", "Ready")["status"] == "True"
