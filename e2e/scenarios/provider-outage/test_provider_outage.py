"""The provider goes down in the middle of a rotation, at each step that calls it: the credential
stays Ready, the old key is left alone, people are told once, and it goes on by itself."""

import collections

from lab.kill_points import Outage

# Step: the call at which the provider is down (counted after another one, if named), and how the
# old key then is.
Step = collections.namedtuple("Step", "label occurrence old_key secret_written after",
                              defaults=[None])
STEPS = {
    "issue": Step("provider POST /v1/keys", 1, "active", False),
    "probe": Step("provider GET /v1/whoami", 1, "active", False),
    "verify": Step("provider GET /v1/keys/KEY", 1, "active", True),
    "disable": Step("provider POST /v1/keys/KEY/disable", 1, "active", True),
    "quiet": Step("provider GET /v1/keys/KEY", 1, "inactive", True,
                  after="provider POST /v1/keys/KEY/disable"),
    "revoke": Step("provider DELETE /v1/keys/KEY", 1, "inactive", True),
    "prove": Step("provider GET /v1/whoami", 2, "deleted", True),
}


def told(space, reason):
    """How often people were told that, by credential."""
    events = space.get("events.events.k8s.io")["items"]
    return collections.Counter(e["regarding"]["name"] for e in events if e["reason"] == reason)


def open_doors(host):
    """One way to the provider for each step, so that it is down for one credential alone."""
    for name in STEPS:
        door = host.provider.open_door(name)
        with open(door.ca) as file:
            host.provider.make_issuer(host.space.name, name=name, port=door.port, ca=file.read())
        yield name, door


def blocked(space, name):
    found = space.condition("mcrot", f"{name}-2", "Blocked") or {}
    return found.get("reason") == "ProviderUnavailable"


def test_provider_outage(host):
    space = host.space
    # 1. A credential in use for each step, each with its own way to the provider.
    doors = dict(open_doors(host))
    for name in STEPS:
        space.order(name, issuer=name)
    before = {}
    for name in STEPS:
        space.wait_declared(name)
        host.run_fake_application(name=name, secret=name)
        before[name] = space.get("secret", name)["metadata"]
    # 2. All are rotated; each provider goes down when its step calls it.
    gates = {name: Outage((step.label, step.occurrence), step.after) for name, step in STEPS.items()}
    for name, gate in gates.items():
        doors[name].gate = gate
        space.ask(f"{name}-2", credential=name)
    for name in STEPS:
        space.cluster.wait_until(f"{name} waits for its provider",
                                 lambda: blocked(space, name), timeout=90, pause=1)
    # 3. Nobody suffers, the old key is as the step found it, and people are told once.
    keys = {key["id"]: key["status"] for key in host.provider.keys()}
    for name, step in STEPS.items():
        assert gates[name].down.is_set()
        assert space.condition("mcred", name, "Ready")["status"] == "True"
        old_key = before[name]["annotations"]["keysteward.dev/key-id"]
        assert keys[old_key] == step.old_key, name
        written = space.get("secret", name)["metadata"]["resourceVersion"]
        assert (written != before[name]["resourceVersion"]) == step.secret_written, name
    assert told(space, "ProviderUnavailable") == {name: 1 for name in STEPS}
    # 4. The provider is back: all go on without anybody's help.
    for gate in gates.values():
        gate.end()
    for name in STEPS:
        assert space.wait_complete(f"{name}-2")["status"]["result"] == "Proven"
        assert space.provider_keys(name) == [space.secret_key_id(name)]
    assert space.refused_calls() == []
    assert told(space, "ProviderUnavailable") == {name: 1 for name in STEPS}
