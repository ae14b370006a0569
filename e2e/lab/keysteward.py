"""Installation of Keysteward by its chart."""

import os

from lab.cluster import ROOT

CHART = os.path.join(ROOT, "charts/keysteward")
NAMESPACE = "keysteward-system"
PROVIDER_HOST = "keyserver.keyserver.svc"


def configure(cluster, *settings, version=4):
    """Other values for the installation that stands; waits until its pods run with them."""
    sets = [argument for setting in settings for argument in ("--set", setting)]
    return cluster.helm("upgrade", "keysteward", CHART, "-n", NAMESPACE, "--reuse-values", "--wait",
                        "--timeout", "120s", *sets, version=version)


def install(cluster, values=(), version=4):
    """helm install --wait with the local image and the sample provider's host allowed."""
    settings = ["image.tag=dev", f"issuers.allowedHosts[0].host={PROVIDER_HOST}",
                "issuers.allowedHosts[0].allowPrivate=true", *values]
    sets = [argument for setting in settings for argument in ("--set", setting)]
    return cluster.helm("upgrade", "--install", "keysteward", CHART, "-n", NAMESPACE,
                        "--create-namespace", "--wait", "--timeout", "120s", *sets,
                        version=version)
