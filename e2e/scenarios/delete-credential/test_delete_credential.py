"""A credential is deleted: not while pods use it, then for good, with its key."""


def test_delete_credential(space):
    # 1. A key in use.
    space.declare()
    space.run_application(replicas=1)
    key = space.secret_key_id()
    uid = space.get("mcred", "stripe-live")["metadata"]["uid"]
    # 2. Delete: it waits and says for whom.
    space.kubectl("delete", "mcred", "stripe-live", "--wait=false")
    in_use = space.cluster.wait_until("condition InUse", lambda: (
        c if (c := space.condition("mcred", "stripe-live", "Ready"))
        and c["reason"] == "InUse" else None))
    assert "Deployment shop-api still uses the key" in in_use["message"]
    assert space.provider_keys() == [key]
    # 3. The last user goes; the credential follows, with Secret and key.
    space.kubectl("delete", "deployment", "shop-api")
    space.kubectl("wait", "--for=delete", "mcred/stripe-live", "--timeout=60s")
    space.cluster.wait_until("key revoked", lambda: space.provider_keys(uid=uid) == [])
    space.cluster.wait_until("Secret collected", lambda: space.get("secret", "stripe-live") is None)
    # 4. A record outlives it.
    record = space.cluster.wait_until("revocation", lambda: (
        r if (r := space.cluster.get("mcrev", f"{uid}-1"))
        and r["status"].get("state") == "Revoked" else None))
    assert record["spec"]["credential"]["name"] == "stripe-live"
