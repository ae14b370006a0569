"""The operator is killed at more than forty exact points of its rotations, each time while a call
of the API server or of the provider is in flight: it always converges, and nothing was lost."""

import os
import random

from lab import invariants
from lab.kill_points import Executioner, Point

SEED = int(os.environ.get("KEYSTEWARD_SEED", "20260701"))
ROTATIONS = 12
KILLS = 4  # in each
# What must be among the points: where a key is made or ended, and where it changes hands.
DECISIVE = ("provider POST", "provider DELETE", "POST secrets staged", "DELETE secrets staged",
            "PATCH secrets", "PATCH deployments")


def choose_points(passed, count):
    """A seeded choice out of all that passed, in their order, spread over the rotations."""
    every = [Point(*place, phase) for place in passed for phase in ("before", "after")]
    chosen = {point for point in every if any(word in point.label for word in DECISIVE)}
    rest = [point for point in every if point not in chosen]
    chosen |= set(random.Random(SEED).sample(rest, count - len(chosen)))
    return [point for point in every if point in chosen]


def ended(history, space, name):
    """The result, once the operator has put the journal away too."""
    rotation = history.now("credentialrotations", space.name, name) or {}
    if rotation.get("metadata", {}).get("finalizers"):
        return None
    return rotation.get("status", {}).get("result")


def rotate_under_fire(host, executioner, name, targets):
    """One rotation, in which the operator is killed at each target; the result and what was hit."""
    executioner.reset()
    executioner.aim(targets)
    host.space.ask(name)
    left, hit = set(targets), []
    while True:
        result = host.history.wait(f"{name} goes on after {hit}", lambda history: (
            executioner.hit or ended(history, host.space, name)), timeout=90)
        # The last writes come after the end; points among them get a moment to pass.
        if result != executioner.hit and not (left and executioner.waits_for_hit(1)):
            return result, hit
        hit.append(executioner.hit)
        left.discard(executioner.hit)
        executioner.aim(left)
        host.restart_operator()


def test_kill_operator(host):
    space = host.space
    # 1. A key in use, and an operator whose every call passes through us.
    space.declare()
    host.run_fake_application()
    space.kubectl("patch", "mcred", "stripe-live", "--type=merge", "-p",
                  '{"spec":{"rotation":{"overlap":"0s","quiet":"0s"}}}')
    executioner = Executioner(host.operator)
    host.set_gate(executioner)
    # 2. One rotation in peace shows the points there are.
    executioner.reset()
    space.rotate("in-peace")
    points = choose_points(executioner.passed, ROTATIONS * KILLS)
    # 3. Rotations in which it is killed again and again.
    hits = []
    for i in range(ROTATIONS):
        result, hit = rotate_under_fire(host, executioner, f"killed-{i + 1}", points[i::ROTATIONS])
        print(f"killed-{i + 1}: {result}; " + ", ".join(
            f"{p.phase} {p.label} #{p.occurrence}" for p in hit))
        hits += hit
        assert result == "Proven"
        space.cluster.wait_until("one live key", lambda: space.provider_keys() == [
            space.secret_key_id()], timeout=10)
    # 4. At least forty different points, and every promise held at each of them.
    print(f"{len(set(hits))} points of {len(executioner.passed)} requests, seed {SEED}")
    assert len(set(hits)) >= 40
    assert space.refused_calls() == []
    host.history.catch_up(space.name)
    invariants.check_all(invariants.Record(host.history, host.provider, space))
    host.verify_evidence()
