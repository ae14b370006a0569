"""A key leaked: it is replaced and dead within seconds, and still nobody is refused."""

import time


def test_leak_emergency(space):
    # 1. A key in use, with a long overlap that a leak must not wait for.
    space.declare()
    space.kubectl("patch", "mcred", "stripe-live", "--type=merge", "-p",
                  '{"spec":{"rotation":{"overlap":"1h","quiet":"1h"}}}')
    space.run_application()
    leaked = space.secret_key_id()
    # 2. Somebody says so.
    begun = time.monotonic()
    rotation = space.rotate("leaked", cause="Leak", reason="SEC-123: key seen in build log")
    seconds = time.monotonic() - begun
    # 3. The leaked key is dead and that is proven; the checks were not skipped.
    assert rotation["status"]["result"] == "Proven"
    assert rotation["status"]["oldKey"]["id"] == leaked
    assert leaked not in space.provider_keys()
    steps = [step["name"] for step in rotation["status"]["steps"]]
    assert "Overlap" not in steps and "Quiet" not in steps
    assert steps.index("Restart") < steps.index("Disable") < steps.index("Prove")
    assert space.refused_calls() == []
    print(f"leak to proven refusal: {seconds:.1f} s")
    assert seconds < 60
