"""The sample application: three replicas that call the provider 50 times a second each."""

import json

from lab.provider import manifest


class Application:
    def __init__(self, cluster, namespace, name="shop-api", secret="stripe-live"):
        self.cluster = cluster
        self.namespace = namespace
        self.name = name
        self.secret = secret

    def deploy(self, ca, file="application.yaml", replicas=3):
        made = self.cluster.kubectl("-n", self.namespace, "create", "configmap", "keyserver-ca",
                                    f"--from-literal=ca.pem={ca}", "--dry-run=client", "-o",
                                    "yaml")
        self.cluster.apply(made.stdout)
        self.cluster.apply(manifest(file, name=self.name, namespace=self.namespace,
                                    secret=self.secret, replicas=str(replicas),
                                    image=self.cluster.test_image))

    def wait_ready(self, timeout=90):
        self.cluster.kubectl("-n", self.namespace, "rollout", "status", f"deploy/{self.name}",
                             f"--timeout={timeout}s", timeout=timeout + 10)

    def pods(self):
        items = self.cluster.get("pods", namespace=self.namespace)["items"]
        return [pod for pod in items if pod["metadata"]["labels"].get("app") == self.name]

    def stats(self):
        """What each running pod says of its calls: key id, calls, refused, errors."""
        told = []
        for pod in self.pods():
            place = (f"/api/v1/namespaces/{self.namespace}/pods/"
                     f"{pod['metadata']['name']}:8080/proxy/stats")
            done = self.cluster.kubectl("get", "--raw", place, check=False)
            if done.returncode == 0:
                told.append(json.loads(done.stdout))
        return told
