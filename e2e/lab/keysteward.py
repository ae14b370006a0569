"""Installation of Keysteward by its chart."""

import json
import os
import secrets

from lab.cluster import ROOT

CHART = os.path.join(ROOT, "charts/keysteward")
NAMESPACE = "keysteward-system"
# As on the cluster that the scenarios share.
SHARED = ["logging.level=trace"]
PROVIDER_HOST = "keyserver.keyserver.svc"
LOCAL = ["image.tag=dev", f"issuers.allowedHosts[0].host={PROVIDER_HOST}",
         "issuers.allowedHosts[0].allowPrivate=true",
         # Stories rotate one workload more often within an hour than anybody should.
         "restarts.perWorkloadAndHour=0"]


def configure(cluster, *settings, version=4):
    """Other values for the installation that stands; waits until its pods run with them."""
    sets = [argument for setting in settings for argument in ("--set", setting)]
    return cluster.helm("upgrade", "keysteward", CHART, "-n", NAMESPACE, "--reuse-values", "--wait",
                        "--timeout", "120s", *sets, version=version)


def install(cluster, values=(), version=4):
    """helm install --wait with the local image and the sample provider's host allowed; returns when
    the API server trusts the webhook in both configurations, which the operator sees to."""
    sets = [argument for setting in [*LOCAL, *values] for argument in ("--set", setting)]
    done = cluster.helm("upgrade", "--install", "keysteward", CHART, "-n", NAMESPACE,
                        "--create-namespace", "--wait", "--timeout", "120s", *sets,
                        version=version)
    cluster.wait_until("caBundle in both webhook configurations", lambda: trusted(cluster))
    return done


def trusted(cluster):
    return all(hook["clientConfig"].get("caBundle")
               for kind in ("validatingwebhookconfiguration", "mutatingwebhookconfiguration")
               for hook in cluster.get(kind, "keysteward")["webhooks"])


def everywhere(cluster, kinds):
    """All objects of these kinds in all namespaces."""
    return json.loads(cluster.kubectl("get", kinds, "-A", "-o", "json").stdout)["items"]


def uninstall(cluster, version=4):
    """helm uninstall --wait; the kinds, the credentials and the namespace stay."""
    # Namespaces of earlier stories may still be going, and their keys need the operator.
    cluster.wait_until("no credential is being deleted", lambda: not [
        c for c in everywhere(cluster, "managedcredentials,credentialrotations")
        if "deletionTimestamp" in c["metadata"]], timeout=90)
    # Logs go with the pods; whoever searches them takes them now.
    getattr(cluster, "before_uninstall", lambda: None)()
    cluster.helm("uninstall", "keysteward", "-n", NAMESPACE, "--wait", "--timeout", "120s",
                 version=version)
    cluster.wait_until("pods of the release gone", lambda: not [
        p for p in everywhere(cluster, "pods") if p["metadata"]["namespace"] == NAMESPACE],
        timeout=60)


def wait_judging(cluster, namespace):
    """Until a pod with a made-up key is refused there: both pods answer and are trusted."""
    key = secrets.token_hex(20)
    pod = (f"apiVersion: v1\nkind: Pod\nmetadata: {{name: probe, namespace: {namespace}}}\n"
           "spec: {containers: [{name: a, image: a, env: [{name: API_TOKEN, value: "
           f'"{key}"}}]}}]}}\n')
    cluster.wait_until("a literal is refused", lambda: "literal credential" in cluster.kubectl(
        "create", "--dry-run=server", "-f", "-", stdin=pod, check=False).stderr, timeout=60)
