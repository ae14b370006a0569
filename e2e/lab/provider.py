"""The sample key provider in the cluster: its certificate, its admin token, its issuer."""

import json
import os
import secrets
import tempfile

from lab.certificates import make_certificate
from lab.keysteward import PROVIDER_HOST

NAMESPACE = "keyserver"
HERE = os.path.dirname(os.path.abspath(__file__))


class Provider:
    host = PROVIDER_HOST
    port = 8443

    def __init__(self, cluster, remember=False):
        """`remember`: it can tell every value it issued, for a search of all outputs."""
        self.cluster = cluster
        self.remember = remember
        self.ca = ""
        self.admin_token = ""

    def deploy(self):
        self.admin_token = "admin-" + secrets.token_hex(16)
        self.cluster.apply(manifest("namespace.yaml", name=NAMESPACE))
        with tempfile.TemporaryDirectory() as folder:
            make_certificate(folder, PROVIDER_HOST)
            with open(os.path.join(folder, "ca.pem")) as file:
                self.ca = file.read()
            with open(os.path.join(folder, "token"), "w") as file:
                file.write(self.admin_token)
            made = self.cluster.kubectl(
                "-n", NAMESPACE, "create", "secret", "generic", "keyserver",
                f"--from-file={folder}/tls.crt", f"--from-file={folder}/tls.key",
                f"--from-file={folder}/token", "--dry-run=client", "-o", "yaml")
        self.cluster.apply(made.stdout)
        self.cluster.apply(manifest("provider.yaml", image=self.cluster.test_image,
                                    remember=str(self.remember).lower()))
        # One that ran already has to take the new certificate and token.
        self.cluster.kubectl("-n", NAMESPACE, "rollout", "restart", "deploy/keyserver")
        self.cluster.kubectl("-n", NAMESPACE, "rollout", "status", "deploy/keyserver",
                             "--timeout=60s")

    def make_issuer(self, namespace, name="keyserver", port=None, ca=None, host=None,
                    spoil=None):
        """A CredentialIssuer of the namespace, with its labelled admin Secret and CA. `spoil(name)`
        is called in between."""
        secret = self.cluster.kubectl(
            "-n", namespace, "create", "secret", "generic", f"{name}-admin",
            f"--from-literal=token={self.admin_token}", "--dry-run=client", "-o", "yaml")
        self.cluster.apply(secret.stdout)
        self.cluster.kubectl("-n", namespace, "label", "--overwrite", "secret", f"{name}-admin",
                             "keysteward.dev/issuer-credential=true")
        if spoil:
            spoil(name)
        self.cluster.apply(manifest("issuer.yaml", name=name, namespace=namespace,
                                    host=host or self.host, port=str(port or self.port),
                                    ca=indented(ca or self.ca, 6)))

    def journal(self, after=0):
        """Every request after number `after` with its effect, oldest first."""
        lines = self.admin(f"/journal?after={after}").splitlines()
        return [json.loads(line) for line in lines]

    def last_request(self):
        """The number of the newest request."""
        entries = self.journal()
        return entries[-1]["seq"] if entries else 0

    def keys(self):
        """All keys with their state, as the provider's own admin API lists them."""
        return json.loads(self.admin("/keys"))

    def issued(self):
        """{id: value} of every key ever made: what no output may hold."""
        return json.loads(self.admin("/issued"))

    def fail(self, **fault):
        """Adds one fault: operation, fault, count, … as in e2e/providers/keyserver/faults.h."""
        self.admin("/faults", body=json.dumps(fault))

    def faults(self):
        """The faults that are left."""
        return json.loads(self.admin("/faults"))

    def clear_faults(self):
        self.cluster.kubectl("delete", "--raw", self.place("/faults"))

    def admin(self, path, body=None):
        """A call to the test interface of the provider, through the API server's pod proxy."""
        if body is None:
            return self.cluster.kubectl("get", "--raw", self.place(path)).stdout
        return self.cluster.kubectl("create", "--raw", self.place(path), "-f", "-",
                                    stdin=body).stdout

    def place(self, path):
        pods = self.cluster.get("pods", namespace=NAMESPACE)["items"]
        pod = next(p for p in pods if p["metadata"]["labels"].get("app") == "keyserver")
        return f"/api/v1/namespaces/{NAMESPACE}/pods/{pod['metadata']['name']}:8444/proxy{path}"


def manifest(file, **values):
    """A manifest of this folder with @NAME@ replaced."""
    with open(os.path.join(HERE, "manifests", file)) as source:
        text = source.read()
    for name, value in {"port": "8443", "issuer": "keyserver", "remember": "false", **values}.items():
        text = text.replace(f"@{name}@", value)
    return text


def indented(text, spaces):
    return "\n".join(" " * spaces + line for line in text.strip().splitlines())
