"""A key is rotated while three pods use it 150 times a second: nobody is refused."""

from lab.space import evidence_types


def test_rotate_under_load(space):
    # 1. A key and an application that uses it.
    space.declare()
    application = space.run_application()
    old_key = space.secret_key_id()
    space.cluster.wait_until("calls under way", lambda: sum(
        s["calls"] for s in application.stats()) > 500)
    # 2. Rotate.
    rotation = space.rotate("by-hand")
    assert rotation["status"]["result"] == "Proven"
    # 3. Every pod runs the new key, and each was replaced once.
    new_key = space.secret_key_id()
    assert new_key != old_key
    space.cluster.wait_until("old pods gone", lambda: len(application.pods()) == 3)
    assert {s["key_id"] for s in application.stats()} == {new_key}
    assert space.rollouts("shop-api") == 2
    # 4. The old key is dead at its provider, and that was proven before it was said.
    assert space.provider_keys() == [new_key]
    types = evidence_types(rotation)
    assert types.index("ConsumersCurrent") < types.index("OldKeyDisabled") < types.index(
        "OldKeyDeleted") < types.index("OldKeyRefused") < types.index("Completed")
    # 5. Of at least 3,000 calls not one was refused.
    space.cluster.wait_until("3,000 calls", lambda: len(
        [e for e in space.provider.journal(space.since) if e["path"] == "/v1/work"]) >= 3000)
    assert space.refused_calls() == []
