"""A Secret of the credential's name is there already and somebody else's: it is refused before any
key exists and left untouched; when it goes, the credential comes up by itself."""


def test_foreign_secret(host):
    space = host.space
    # 1. Somebody's Secret.
    space.kubectl("create", "secret", "generic", "stripe-live", "--from-literal=API_KEY=by-hand")
    before = space.get("secret", "stripe-live")
    # 2. A credential that would deliver into it.
    space.order()
    condition = space.cluster.wait_until("told", lambda: (
        c if (c := space.condition("mcred", "stripe-live", "Ready")) and
        c["reason"] == "SecretConflict" else None))
    assert "left untouched" in condition["message"]
    # 3. The Secret is as it was, and the provider was never asked for a key.
    assert space.get("secret", "stripe-live") == before
    assert [e for e in host.provider.journal() if e["effect"] == "created"] == []
    # 4. Its owner removes it.
    space.kubectl("delete", "secret", "stripe-live")
    space.wait_declared()
    assert space.provider_keys() == [space.secret_key_id()]
