"""The leading operator is frozen in the middle of a rotation until its lease is somebody else's,
and goes on when the other has finished: whatever it had in hand changes nothing any more."""

from lab import invariants
from lab.kill_points import ASIDE, Freezer, Point

POINTS = {
    # The provider's answer lies ready: a key that the other one has long replaced.
    "reply-of-create": Point("provider POST /v1/keys", 1, "after"),
    # A write of the journal is still on its way.
    "late-write": Point("api PATCH credentialrotations/status of Disable", 1, "before"),
    # The call that switches the old key off is still on its way.
    "late-disable": Point("provider POST /v1/keys/KEY/disable", 1, "before"),
}


def written(operator, number):
    """What the API server took from that operator after call `number`, but for its lease."""
    return [f"{call.method} {call.path} {call.status}" for call in operator.proxy.calls
            if call.number > number and call.changes and call.status < 300
            and not any(word in call.path for word in ASIDE)]


def freeze_at(host, name, point):
    """Asks for a rotation and freezes its leader there; the gate and the frozen operator."""
    frozen = host.leader()
    gate = Freezer(frozen, point)
    frozen.proxy.gate = host.provider.proxy.gate = gate
    host.space.ask(name)
    assert gate.frozen.wait(60), f"{name} never came to {point}"
    host.provider.proxy.gate = type(gate)(frozen, None)  # the other one calls it undisturbed
    return gate, frozen


def changed_keys(host, after):
    return [entry for entry in host.provider.journal(after)
            if entry["effect"] in ("created", "disabled", "enabled", "deleted")]


def put_away(space, rotation):
    """The operator has nothing more to write about this rotation."""
    finalizers = space.get("mcrot", rotation)["metadata"].get("finalizers", [])
    return not finalizers and not space.status().get("activeRotation")


def test_two_operators(two_operators):
    host, space = two_operators, two_operators.space
    # 1. A key in use; two operators, of which one leads.
    space.declare()
    host.run_fake_application()
    space.kubectl("patch", "mcred", "stripe-live", "--type=merge", "-p",
                  '{"spec":{"rotation":{"overlap":"0s","quiet":"0s"}}}')
    for name, point in POINTS.items():
        # 2. The leader is frozen; the other takes over and finishes.
        gate, frozen = freeze_at(host, name, point)
        rotation = space.wait_complete(name, timeout=90)
        assert rotation["status"]["result"] == "Proven"
        assert host.leader() is not frozen
        new_key = space.secret_key_id()
        # 3. It goes on, with what it had in hand.
        seen, number = host.provider.last_request(), gate.call.number
        space.cluster.wait_until("the other one put the journal away", lambda: put_away(space, name))
        frozen.thaw()
        gate.release()
        # 4. It writes nothing, changes no key, and ends: its lease is somebody else's.
        space.cluster.wait_until("the frozen one ends", lambda: not frozen.running(), timeout=30)
        assert written(frozen, number) == []
        assert gate.call.status >= 300 or gate.call.side == "provider"
        assert changed_keys(host, seen) == []
        assert space.provider_keys() == [new_key] == [space.secret_key_id()]
        print(f"{name}: ended with {frozen.ended_with()}; its call was answered "
              f"{gate.call.status}")
        frozen.start()
    # 5. All promises held over all of it.
    assert space.refused_calls() == []
    host.history.catch_up(space.name)
    invariants.check_all(invariants.Record(host.history, host.provider, space))
    host.verify_evidence()
