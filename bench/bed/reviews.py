"""Reviews: AdmissionReviews of Deployments as the API server sends them, each a little different."""

import json

SIZE = 14_000


def deployment(number):
    """A Deployment padded with variables to the size wanted; no two have the same bytes."""
    env = []
    thing = {
        "apiVersion": "apps/v1", "kind": "Deployment",
        "metadata": {"name": f"api-{number}", "namespace": "shop", "labels": {"app": "api"},
                     "annotations": {"deployment.kubernetes.io/revision": str(number)}},
        "spec": {"replicas": 3, "selector": {"matchLabels": {"app": "api"}},
                 "template": {"metadata": {"labels": {"app": "api"}},
                              "spec": {"containers": [{
                                  "name": "app",
                                  "image": f"registry.example.com/shop/api:1.4.{number}",
                                  "command": ["/bin/api", "--listen=:8080"],
                                  "resources": {"requests": {"cpu": "100m", "memory": "128Mi"}},
                                  "env": env}]}}}}
    while len(json.dumps(thing, separators=(",", ":"))) < SIZE - 500:
        i = len(env)
        env.append({"name": f"SETTING_{i}",
                    "value": f"http://service-{i}.shop.svc.cluster.local:8080/path?size={number}"})
    return thing


def review(number):
    thing = deployment(number)
    return {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": {
        "uid": f"705ab4f5-6393-11e8-b7cc-42010a8{number:05d}",
        "kind": {"group": "apps", "version": "v1", "kind": "Deployment"},
        "resource": {"group": "apps", "version": "v1", "resource": "deployments"},
        "name": thing["metadata"]["name"], "namespace": "shop", "operation": "CREATE",
        "userInfo": {"username": "alice", "groups": ["system:authenticated"]},
        "object": thing, "oldObject": None, "dryRun": False}}


def write_reviews(path, count=256):
    """One a line; the number of bytes of the first."""
    lines = [json.dumps(review(number), separators=(",", ":")) for number in range(1, count + 1)]
    path.write_text("\n".join(lines) + "\n")
    return len(lines[0])
