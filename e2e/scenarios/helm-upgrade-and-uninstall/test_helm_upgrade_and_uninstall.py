"""The whole life of a release, with Helm 3 and Helm 4: install, test, upgrade, rollback, uninstall,
install again. Credentials outlive it; nothing else does."""

import json
import time

import pytest

from lab import keysteward
from lab.shell import Failed

NAMESPACE = keysteward.NAMESPACE
SCOPED = ("pods,deployments,replicasets,jobs,services,serviceaccounts,roles,rolebindings,"
          "configmaps,secrets,leases,poddisruptionbudgets,networkpolicies,endpointslices")
CLUSTER = ("clusterroles,clusterrolebindings,validatingwebhookconfigurations,"
           "mutatingwebhookconfigurations")
IDENTITY = {"configmap/keysteward-installation", "secret/keysteward-digest-key",
            "secret/keysteward-signing-key"}


def left(cluster):
    """Everything that is ours, by kind and name, but for the kinds and what every namespace has."""
    inside = cluster.kubectl("-n", NAMESPACE, "get", SCOPED, "-o", "name").stdout.split()
    across = [name for name in cluster.kubectl("get", CLUSTER, "-o", "name").stdout.split()
              if "keysteward" in name]
    usual = {"configmap/kube-root-ca.crt", "serviceaccount/default"}
    return {name for name in [*inside, *across] if name not in usual}


def staged(names):
    return {name for name in names if name.startswith("secret/staged-")}


def upgrade(cluster, version, *settings):
    sets = [argument for setting in settings for argument in ("--set", setting)]
    cluster.helm("upgrade", "keysteward", keysteward.CHART, "-n", NAMESPACE, "--reuse-values",
                 "--wait", "--timeout", "120s", *sets, version=version)


def policy(cluster):
    hooks = cluster.get("validatingwebhookconfiguration", "keysteward")["webhooks"]
    assert all(hook["clientConfig"].get("caBundle") for hook in hooks)
    return {hook["name"]: hook["failurePolicy"] for hook in hooks}["workloads.keysteward.dev"]


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
            keysteward.install(cluster)


def whole_life(space, version):
    cluster = space.cluster
    # 1. Installed, and ready within a minute.
    keysteward.uninstall(cluster)
    begun = time.monotonic()
    keysteward.install(cluster, version=version)
    seconds = time.monotonic() - begun
    print(f"helm{version} install --wait: {seconds:.1f} s")
    assert seconds < 60
    # 2. helm test proves that a pod with a key is refused.
    cluster.helm("test", "keysteward", "-n", NAMESPACE, "--timeout", "60s", version=version)
    # 3. A credential in use, and who this installation is.
    keysteward.wait_judging(cluster, space.name)
    space.declare()
    secret, identity = space.get("secret", "stripe-live"), installation(cluster)
    # 4. An upgrade changes what it should and nothing about the credential.
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
    upgrade(cluster, version, "crds.keep=false")
    with pytest.raises(Failed):
        cluster.helm("uninstall", "keysteward", "-n", NAMESPACE, "--timeout", "60s",
                     version=version)
    log = cluster.kubectl("-n", NAMESPACE, "logs", "job/keysteward-uninstall-prepare").stdout
    assert f"ManagedCredential {space.name}/stripe-live exists" in log
    assert policy(cluster) == "Ignore"
    # 7. Keeping them, it goes; with uninstall.orphan nothing waits for an operator that is gone.
    orphan = version == 3
    upgrade(cluster, version, "crds.keep=true", f"uninstall.orphan={str(orphan).lower()}")
    keysteward.uninstall(cluster, version=version)
    rest = left(cluster)
    record = {"configmap/keysteward-orphans"} if orphan else set()
    assert rest - staged(rest) == IDENTITY | record
    assert space.get("secret", "stripe-live")["data"] == secret["data"]
    assert ("keysteward.dev/credential" in finalizers(space)) == (not orphan)
    if orphan:
        data = cluster.get("configmap", "keysteward-orphans", NAMESPACE)["data"]
        assert space.secret_key_id() in data[f"{space.name}.stripe-live"]
        cluster.kubectl("-n", NAMESPACE, "delete", "configmap", "keysteward-orphans")
    # 8. Installed again it knows everything, and rotates with proof.
    keysteward.install(cluster, version=version)
    assert installation(cluster) == identity
    cluster.wait_until("taken up again", lambda: "keysteward.dev/credential" in finalizers(space))
    assert space.rotate("after-all")["status"]["result"] == "Proven"
    # 9. The credential ends as it should, and now everything may go.
    space.kubectl("delete", "mcred", "stripe-live", "--timeout=60s")
    if version == 4:
        everything_goes(space)


def everything_goes(space):
    cluster = space.cluster
    cluster.wait_until("no credentials, nothing unrevoked", lambda: not keysteward.everywhere(
        cluster, "managedcredentials") and all(
            r["status"].get("state") == "Revoked"
            for r in json.loads(cluster.kubectl("get", "mcrev", "-o", "json").stdout)["items"]),
        timeout=90)
    upgrade(cluster, 4, "crds.keep=false")
    cluster.helm("uninstall", "keysteward", "-n", NAMESPACE, "--wait", "--timeout", "120s")
    cluster.wait_until("pods gone", lambda: not left(cluster), timeout=60)
    cluster.wait_until("kinds gone", lambda: "keysteward.dev" not in cluster.kubectl(
        "get", "crd", "-o", "name").stdout, timeout=60)
    keysteward.install(cluster)
    space.provider.make_issuer(space.name)
    space.declare()
