"""A key leaked: it is replaced and dead within seconds, and still nobody is refused. While it lives
no manifest may hold it; once it is proven dead it is a text like any other."""

import json
import time


def test_leak_emergency(space):
    # 1. A key in use, with a long overlap that a leak must not wait for.
    space.declare()
    space.kubectl("patch", "mcred", "stripe-live", "--type=merge", "-p",
                  '{"spec":{"rotation":{"overlap":"1h","quiet":"1h"}}}')
    space.run_application()
    leaked, value = space.secret_key_id(), space.secret_value()
    space.cluster.wait_until("a copy of the key is refused", lambda: is_refused(space, value))
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
    # 4. What is dead need not be refused; what lives now is.
    space.cluster.wait_until("a copy of the dead key passes", lambda: not is_refused(space, value))
    assert space.secret_value() != value
    space.cluster.wait_until("a copy of the new key is refused",
                             lambda: is_refused(space, space.secret_value()))
    print(f"leak to proven refusal: {seconds:.1f} s")
    assert seconds < 60


def is_refused(space, value):
    """As a live key, inside a longer text whose name says nothing; a dry run."""
    thing = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "greeting"},
             "data": {"text": f"hello {value}, how are you"}}
    done = space.kubectl("create", "--dry-run=server", "-f", "-", stdin=json.dumps(thing), check=False)
    assert value not in done.stdout + done.stderr
    return "(live-managed-key)" in done.stderr
