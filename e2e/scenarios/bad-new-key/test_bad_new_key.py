"""The provider hands out a key that does not work: Probe stops it, the Secret is untouched."""


def test_bad_new_key(space):
    # 1. A key in use.
    space.declare()
    space.kubectl("patch", "mcred", "stripe-live", "--type=merge", "-p",
                  '{"spec":{"verification":{"timeout":"5s"}}}')
    space.run_application()
    old_key = space.secret_key_id()
    version = space.get("secret", "stripe-live")["metadata"]["resourceVersion"]
    # 2. New keys are refused for an hour.
    space.provider.fail(operation="create", fault="unspreadKey", delay="1h", count=-1)
    rotation = space.rotate("refused")
    # 3. It failed, said why, and nobody noticed.
    assert rotation["status"]["result"] == "Failed"
    complete = space.condition("mcrot", "refused", "Complete")
    assert "did not accept the new key" in complete["message"]
    secret = space.get("secret", "stripe-live")
    assert secret["metadata"]["resourceVersion"] == version
    assert space.provider_keys() == [old_key]
    assert space.rollouts("shop-api") == 1
    assert space.condition("mcred", "stripe-live", "Ready")["status"] == "True"
    assert space.refused_calls() == []
