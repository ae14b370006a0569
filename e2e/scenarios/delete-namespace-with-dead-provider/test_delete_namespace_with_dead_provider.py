"""A namespace is deleted while its provider is down: it ends at once, the key is revoked later."""

import time


def test_delete_namespace_with_dead_provider(space):
    # 1. A key.
    space.declare()
    uid = space.get("mcred", "stripe-live")["metadata"]["uid"]
    # 2. The provider stops answering, the namespace goes.
    space.provider.fail(operation="any", fault="status", status=503, count=-1)
    begun = time.monotonic()
    space.cluster.kubectl("delete", "namespace", space.name, "--timeout=60s", timeout=70)
    assert time.monotonic() - begun < 60
    # 3. What is left is on record as not revoked.
    space.cluster.wait_until("record", lambda: (
        r if (r := space.cluster.get("mcrev", f"{uid}-1"))
        and r["status"].get("state") == "Unrevoked" else None))
    # 4. The provider comes back: the key ends without anybody's help.
    space.provider.clear_faults()
    space.cluster.wait_until("revoked", lambda: space.cluster.get("mcrev", f"{uid}-1")[
        "status"].get("state") == "Revoked", timeout=90)
    assert space.provider_keys(uid=uid) == []
