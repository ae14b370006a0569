"""Every webhook pod is gone: other pods start, our own namespace heals itself, and the API server says
which calls it let pass."""

import json


def test_webhook_down(space):
    unasked = space.cluster.admitted_unasked("pods.keysteward.dev")
    # 1. No webhook pod answers.
    space.cluster.kubectl("-n", "keysteward-system", "scale", "deploy/keysteward-webhook",
                          "--replicas=0")
    space.cluster.kubectl("-n", "keysteward-system", "wait", "--for=delete", "pod", "-l",
                          "app.kubernetes.io/component=webhook", "--timeout=60s")
    try:
        # 2. A pod of somebody else is admitted at once, also in kube-system.
        for namespace in (space.name, "kube-system"):
            body = json.dumps({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "plain"},
                               "spec": {"containers": [{"name": "app",
                                                        "image": "keysteward-test:dev"}]}})
            space.cluster.apply(body, namespace=namespace)
            space.cluster.kubectl("-n", namespace, "delete", "pod", "plain", "--wait=false")
        assert space.cluster.admitted_unasked("pods.keysteward.dev") != unasked
    finally:
        # 3. Our own pods come back although no webhook answers.
        space.cluster.kubectl("-n", "keysteward-system", "scale", "deploy/keysteward-webhook",
                              "--replicas=2")
        space.cluster.kubectl("-n", "keysteward-system", "rollout", "status",
                              "deploy/keysteward-webhook", "--timeout=90s")
