"""The provider applies a creation and answers with something hostile: it is refused, never
delivered, the key behind it is ended, and an honest answer brings the credential up."""

BODIES = ["huge", "deep", "html", "empty", "redirect", "keyCrLf", "keyNul", "keyEmpty", "keyLong",
          "keyIsToken", "existingKey", "wrongName"]


def test_hostile_issuer(host):
    space, provider = host.space, host.provider
    # 1. A key of somebody else's, which "existingKey" will hand out.
    space.declare("bystander")
    bystander = space.secret_key_id("bystander")
    # 2. One credential for each kind of answer, the first creation of each answered with it.
    for body in BODIES:
        provider.fail(operation="create", fault="hostileBody", body=body, count=1)
        space.order(body.lower())
        space.cluster.wait_until(f"{body} was answered", lambda: not provider.faults())
    # 3. All come up with a key of their own.
    for body in BODIES:
        space.wait_declared(body.lower())
    delivered = [space.secret_key_id(body.lower()) for body in BODIES]
    assert len(set(delivered + [bystander])) == len(BODIES) + 1
    # 4. What is delivered is what the provider issued, byte by byte.
    issued = provider.issued()
    for body, key in zip(BODIES, delivered):
        assert space.secret_value(body.lower()) == issued[key], body
    # 5. The keys behind the hostile answers are gone: one works for each credential.
    live = sorted(key["id"] for key in provider.keys() if key["status"] == "active")
    assert live == sorted(delivered + [bystander])
    assert host.operator.running()
