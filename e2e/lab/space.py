"""Space: a namespace with an issuer, and the verbs that scenarios are told in."""

import base64
import json
import re

from lab.application import Application
from lab.provider import manifest


class Space:
    def __init__(self, cluster, provider, story):
        self.cluster = cluster
        self.provider = provider
        self.name = named_after(story)
        cluster.apply(manifest("namespace.yaml", name=self.name))
        provider.make_issuer(self.name)
        self.since = provider.last_request()

    def kubectl(self, *arguments, **options):
        return self.cluster.kubectl("-n", self.name, *arguments, **options)

    def get(self, kind, name=""):
        return self.cluster.get(kind, name, namespace=self.name)

    def declare(self, name="stripe-live", rollout="2m"):
        """A ManagedCredential, waited for until its first key is delivered and that is recorded."""
        self.order(name, rollout=rollout)
        self.wait_declared(name)

    def order(self, name="stripe-live", rollout="2m", issuer="keyserver"):
        """A ManagedCredential, not waited for."""
        self.cluster.apply(manifest("credential.yaml", name=name, namespace=self.name,
                                    rollout=rollout, issuer=issuer))

    def wait_declared(self, name="stripe-live"):
        self.kubectl("wait", "--for=condition=Ready", f"mcred/{name}", "--timeout=60s")
        self.wait_complete(f"{name}-1", timeout=60)
        self.cluster.wait_until("pods may start with it", lambda: self.status(name).get(
            "settledRevision") == 1)

    def run_application(self, name="shop-api", secret="stripe-live", replicas=3,
                        file="application.yaml"):
        application = Application(self.cluster, self.name, name=name, secret=secret)
        application.deploy(self.provider.ca, replicas=replicas, file=file)
        application.wait_ready()
        return application

    def ask(self, name, credential="stripe-live", cause="Manual", reason="end-to-end test"):
        self.cluster.apply(manifest("rotation.yaml", name=name, namespace=self.name,
                                    credential=credential, cause=cause, reason=reason))

    def wait_complete(self, rotation, timeout=180):
        """The finished rotation."""
        self.kubectl("wait", "--for=condition=Complete", f"mcrot/{rotation}",
                     f"--timeout={timeout}s", timeout=timeout + 20)
        return self.get("mcrot", rotation)

    def rotate(self, name, credential="stripe-live", **options):
        self.ask(name, credential=credential, **options)
        return self.wait_complete(name)

    def status(self, credential="stripe-live"):
        return self.get("mcred", credential)["status"]

    def condition(self, kind, name, wanted):
        conditions = (self.get(kind, name) or {}).get("status", {}).get("conditions", [])
        return next((c for c in conditions if c["type"] == wanted), None)

    def secret_key_id(self, name="stripe-live"):
        return self.get("secret", name)["metadata"]["annotations"]["keysteward.dev/key-id"]

    def secret_value(self, name="stripe-live", entry="API_KEY"):
        """The value that is delivered. Never to be printed."""
        return base64.b64decode(self.get("secret", name)["data"][entry]).decode()

    def provider_keys(self, credential="stripe-live", uid=""):
        """Ids of this credential's keys that work at the provider."""
        owner = uid or self.get("mcred", credential)["metadata"]["uid"]
        return sorted(key["id"] for key in self.provider.keys()
                      if owner in key["name"] and key["status"] == "active")

    def refused_calls(self):
        """Calls of applications that the provider refused, from its journal."""
        return [entry for entry in self.provider.journal(self.since)
                if entry["path"] == "/v1/work" and entry["status"] != 200]

    def rollouts(self, deployment):
        """How many templates the Deployment has had."""
        sets = self.get("replicasets")["items"]
        return sum(1 for s in sets
                   if s["metadata"]["ownerReferences"][0]["name"] == deployment)

    def remove(self):
        self.kubectl("delete", "deployments,pods", "--all", "--wait=false", check=False)
        self.cluster.kubectl("delete", "namespace", self.name, "--wait=false", check=False)


def named_after(story):
    """A namespace's name made from a test's."""
    return re.sub(r"[^a-z0-9]+", "-", story.lower().removeprefix("test_")).strip("-")[:50]


def evidence_types(rotation):
    return [entry["type"] for entry in rotation["status"]["evidence"]]


def dump(value):
    return json.dumps(value, indent=1)
