"""The webhook's certificate and its authority are lost while pods are being made: they are replaced,
and not one call fails or goes by unjudged."""

import base64
import json
import secrets
import threading

from lab import keysteward

TLS = "keysteward-webhook-tls"
KINDS = ("validatingwebhookconfiguration", "mutatingwebhookconfiguration")


def pod(**variables):
    return json.dumps({"apiVersion": "v1", "kind": "Pod", "metadata": {"generateName": "loop-"},
                       "spec": {"containers": [{
                           "name": "app", "image": "keysteward.test/pause:1",
                           "env": [{"name": n, "value": v} for n, v in variables.items()]}]}})


class Loop(threading.Thread):
    """Makes pods until told to stop: one that passes, one that must be refused, in turns."""

    def __init__(self, cluster, namespace):
        super().__init__(daemon=True)
        self.cluster, self.namespace = cluster, namespace
        self.over = threading.Event()
        self.calls, self.wrong = 0, []

    def make(self, text):
        self.calls += 1
        return self.cluster.kubectl("-n", self.namespace, "create", "--dry-run=server", "-f", "-",
                                    stdin=text, check=False)

    def run(self):
        while not self.over.is_set():
            plain = self.make(pod(REGION="eu-central-1"))
            if plain.returncode != 0:
                self.wrong.append(plain.stderr)
            refused = self.make(pod(API_TOKEN=secrets.token_hex(20)))
            if "literal credential (" not in refused.stderr:
                self.wrong.append(refused.stderr or "a literal went by unjudged")

    def stop(self):
        self.over.set()
        self.join()


def bundles(cluster):
    """What the API server trusts, of every entry of both configurations."""
    found = set()
    for kind in KINDS:
        for hook in cluster.get(kind, "keysteward")["webhooks"]:
            found.add(base64.b64decode(hook["clientConfig"].get("caBundle", "")).decode())
    return found


def stored(cluster):
    secret = cluster.get("secret", TLS, keysteward.NAMESPACE)
    return {name: base64.b64decode(text).decode() for name, text in secret["data"].items()
            } if secret else {}


def test_certificate_rotation(cluster, namespace):
    keysteward.wait_judging(cluster, namespace)
    before = stored(cluster)
    loop = Loop(cluster, namespace)
    loop.start()
    try:
        cluster.wait_until("calls under way", lambda: loop.calls > 4)
        # 1. Certificate, key and authority are gone.
        cluster.kubectl("-n", keysteward.NAMESPACE, "delete", "secret", TLS)
        # 2. New ones come, and every entry of both configurations trusts the new authority.
        after = cluster.wait_until("a new certificate", lambda: stored(cluster), timeout=60)
        assert after["tls.crt"] != before["tls.crt"] and after["ca.crt"] != before["ca.crt"]
        assert all(after["ca.crt"].strip() in bundle for bundle in bundles(cluster))
        # 3. The old authority is trusted no more once nobody shows its certificate.
        cluster.wait_until("only the new authority", lambda: {
            b.strip() for b in bundles(cluster)} == {after["ca.crt"].strip()}, timeout=90)
        calls = loop.calls
        cluster.wait_until("calls afterwards", lambda: loop.calls > calls + 4)
    finally:
        loop.stop()
    # 4. Meanwhile no pod failed, and no pod with a key got through.
    print(f"{loop.calls} calls while the certificate changed")
    assert loop.wrong == []
