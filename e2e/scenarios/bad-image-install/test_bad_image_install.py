"""Keysteward is installed with an image that does not exist: nobody else notices, and the next
upgrade mends it."""

import json
import time

from lab import keysteward


def pod(name):
    return json.dumps({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": {
        "terminationGracePeriodSeconds": 1,
        "containers": [{"name": "app", "image": "keysteward.test/pause:1"}]}})


def starts(cluster, namespace, name):
    """Seconds until a new pod runs."""
    begun = time.monotonic()
    cluster.apply(pod(name), namespace=namespace)
    cluster.kubectl("-n", namespace, "wait", "--for=condition=Ready", f"pod/{name}",
                    "--timeout=60s")
    seconds = time.monotonic() - begun
    cluster.kubectl("-n", namespace, "delete", "pod", name, "--wait=false")
    return seconds


def test_bad_image_install(cluster, namespace):
    # 1. An installation whose image nobody can pull, as on a first day.
    keysteward.uninstall(cluster)
    try:
        cluster.helm("install", "keysteward", keysteward.CHART, "-n", keysteward.NAMESPACE,
                     "--set", "image.tag=never-built")
        cluster.wait_until("the image is missing", lambda: any(
            "ImagePull" in json.dumps(p["status"]) for p in cluster.get(
                "pods", namespace=keysteward.NAMESPACE)["items"]))
        # 2. Pods start as ever: of a team, in kube-system, and our own namespace is not locked.
        for place in (namespace, "kube-system", keysteward.NAMESPACE):
            assert starts(cluster, place, "plain") < 45
        # 3. Workloads, Namespaces and Secrets can be written; what asks for us has to wait.
        cluster.kubectl("-n", namespace, "create", "deployment", "shop",
                        "--image=keysteward.test/pause:1")
        cluster.kubectl("-n", namespace, "rollout", "status", "deployment/shop", "--timeout=60s")
        cluster.kubectl("-n", namespace, "create", "secret", "generic", "mail", "--from-literal=a=b")
        cluster.kubectl("label", "namespace", namespace, "team=payments")
        waits = cluster.kubectl("-n", namespace, "create", "-f", "-", check=False, stdin=json.dumps({
            "apiVersion": "keysteward.dev/v1alpha1", "kind": "CredentialIssuer",
            "metadata": {"name": "gen"}, "spec": {"generated": {"length": 32}}}))
        assert waits.returncode != 0 and "failed calling webhook" in waits.stderr, waits.stderr
    finally:
        # 4. The upgrade with the right image is not stopped by the wrong one.
        begun = time.monotonic()
        keysteward.install(cluster)
        print(f"upgrade to the right image: {time.monotonic() - begun:.1f} s")
    keysteward.wait_judging(cluster, namespace)
    cluster.kubectl("-n", namespace, "create", "-f", "-", stdin=json.dumps({
        "apiVersion": "keysteward.dev/v1alpha1", "kind": "CredentialIssuer",
        "metadata": {"name": "gen"}, "spec": {"generated": {"length": 32}}}))
