"""Credentials: ManagedCredentials with an issuer that needs no provider, by the thousand."""

import time

OURS = "/apis/keysteward.dev/v1alpha1/namespaces"


def make_namespace(api, name):
    """With its default service account, whether or not a controller manager runs."""
    api.put_new("/api/v1/namespaces", {"metadata": {"name": name}})
    api.put_new(f"/api/v1/namespaces/{name}/serviceaccounts", {"metadata": {"name": "default"}})


def make_issuer(api, namespace):
    api.put_new(f"{OURS}/{namespace}/credentialissuers", {
        "apiVersion": "keysteward.dev/v1alpha1", "kind": "CredentialIssuer",
        "metadata": {"name": "generated", "namespace": namespace},
        "spec": {"generated": {"length": 32}}})


def make_credential(api, namespace, name, secret=None, **spec):
    api.put_new(f"{OURS}/{namespace}/managedcredentials", {
        "apiVersion": "keysteward.dev/v1alpha1", "kind": "ManagedCredential",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {"owner": {"team": "payments", "contact": "payments@example.com"},
                 "purpose": "Show how much a thousand credentials cost", "lifetime": "2160h",
                 "standing": {"type": "Permanent", "justification": "A benchmark needs it",
                              "approvedBy": "security@example.com", "replaceableBy": "None"},
                 "issuerRef": {"kind": "CredentialIssuer", "name": "generated"},
                 "delivery": {"secretName": secret or name,
                              "entries": [{"name": "API_KEY", "value": "${key}"}]},
                 "rotation": {"overlap": "0s", "quiet": "0s"}, **spec}})


def settled(api, namespace):
    """How many are delivered, recorded and at rest."""
    items = api.get(f"{OURS}/{namespace}/managedcredentials?limit=5000")["items"]
    return sum(1 for each in items if each.get("status", {}).get("settledRevision", 0) >= 1
               and not each["status"].get("activeRotation"))


def wait_settled(api, namespace, count, timeout=1800):
    end = time.monotonic() + timeout
    while (done := settled(api, namespace)) < count:
        if time.monotonic() > end:
            raise SystemExit(f"{done} of {count} credentials are delivered after {timeout} s")
        time.sleep(1)
