"""The promises of docs/rotation.md, judged afterwards from what was recorded: every event of the
API server, every call that reached the provider with the store's revision before it, and the
provider's own journal. Each check raises AssertionError with the name of the promise."""

import base64

ANNOTATION = "keysteward.dev/"
STAMP = "revision.keysteward.dev/"


class Effect:
    """One call of the provider that changed a key."""

    def __init__(self, call, entry):
        self.revision = call.revision  # of the store, right before the call was sent on
        self.token = call.token
        self.key = entry["key_id"]
        self.label = entry["name"]
        self.what = entry["effect"]


class Record:
    """What is judged: one credential, from its beginning on."""

    def __init__(self, history, provider, space, credential="stripe-live"):
        self.history = history
        self.space = space.name
        self.credential = credential
        self.uid = space.get("mcred", credential)["metadata"]["uid"]
        self.issued = provider.issued()
        self.effects = effects_on(self.uid, provider.proxy.calls, provider.journal(space.since))
        self.deliveries = self.read_deliveries()

    def read_deliveries(self):
        """(store's revision, delivery's revision, key id) of each write of the delivered Secret."""
        told = []
        for event in self.history.of("secrets", self.space, self.credential):
            if not event.deleted:
                marks = event.object["metadata"]["annotations"]
                told.append((event.revision, int(marks[ANNOTATION + "revision"]),
                             marks[ANNOTATION + "key-id"]))
        return told

    def delivered(self, revision):
        """The key id that stood in the Secret at that moment, or None."""
        past = [key for at, _, key in self.deliveries if at <= revision]
        return past[-1] if past else None

    def holders(self, key, revision):
        """Pods that may hold the key at that moment: it was delivered as their revision or later."""
        numbers = [number for at, number, held in self.deliveries if at <= revision and held == key]
        pods = self.history.standing("pods", revision, self.space)
        return [name for name, pod in pods.items() if not finally_gone(pod)
                and any(number >= stamp_of(pod, self.credential) for number in numbers)]

    def rotations(self, revision):
        standing = self.history.standing("credentialrotations", revision, self.space)
        return [r for r in standing.values()
                if r["spec"]["credentialRef"]["name"] == self.credential and "status" in r]


def finally_gone(pod):
    return pod.get("status", {}).get("phase") in ("Succeeded", "Failed")


def stamp_of(pod, credential):
    return int(pod["metadata"].get("annotations", {}).get(STAMP + credential, "0"))


def effects_on(uid, calls, journal):
    """Calls joined with journal entries: both keep the order in which they were served."""
    changes = ("created", "replayed", "disabled", "enabled", "deleted")
    waiting = [call for call in calls if call.changes]
    effects = []
    for entry in journal:
        if entry["method"] == "GET":
            continue
        call = next(c for c in waiting
                    if (c.method, c.path.split("?")[0]) == (entry["method"], entry["path"]))
        waiting.remove(call)
        if entry["effect"] in changes and uid in entry["name"]:
            effects.append(Effect(call, entry))
    return effects


def check_all(record):
    check_no_revoke_in_use(record)
    check_live_keys(record)
    check_intent_first(record)
    check_values(record)
    check_evidence(record)


def check_no_revoke_in_use(record):
    """I1: at each disable and delete the key is not delivered and no pod may hold it."""
    for effect in record.effects:
        if effect.what in ("disabled", "deleted"):
            assert record.delivered(effect.revision) != effect.key, (
                f"I1: {effect.key} was {effect.what} while the Secret delivered it")
            holders = record.holders(effect.key, effect.revision)
            assert not holders, f"I1: {effect.key} was {effect.what} while {holders} may hold it"


def check_live_keys(record):
    """I2, I3, I4: never none and never the wrong one, never more than two, no orphan at the end."""
    live = set()
    for effect in record.effects:
        if effect.what in ("created", "replayed", "enabled"):
            live.add(effect.key)
        else:
            live.discard(effect.key)
        assert len(live) <= 2, f"I3: {sorted(live)} live at once"
        held = record.delivered(effect.revision)
        assert held is None or held in live, f"I2: {held} is delivered and does not work"
    assert live == {record.delivered(float("inf"))}, f"I4: {sorted(live)} live at the end"


def check_intent_first(record):
    """I6: what a call of the provider does was on record in the store before."""
    for effect in record.effects:
        known = [r["status"] for r in record.rotations(effect.revision)]
        if effect.what in ("created", "replayed"):
            assert effect.token and effect.token in [s.get("token") for s in known], (
                f"I6: the token of {effect.key} was not stored before")
        else:
            assert any(intends(status, effect) for status in known), (
                f"I6: {effect.key} was {effect.what} without a stored intent")


def intends(status, effect):
    """Whether the journal says that this key may be ended."""
    begun = {step["name"] for step in status.get("steps", [])}
    old, new = status.get("oldKey", {}).get("id"), status.get("newKey", {}).get("id")
    if effect.what == "disabled":
        return "Disable" in begun and effect.key == old
    if "Revoke" in begun and effect.key in (old, new):
        return True
    # A value that was lost: the key of an attempt of Issue, known by its label.
    return "Issue" in begun and not new and f"/{status['generation']}-" in effect.label


def check_values(record):
    """I5, I12: a value is staged before it is delivered, and belongs to the id beside it."""
    for event in record.history.of("secrets"):
        marks = event.object["metadata"].get("annotations", {})
        key = marks.get(ANNOTATION + "key-id")
        mine = event.key == (record.space, record.credential) or (
            marks.get(ANNOTATION + "credential-uid") == record.uid)
        if not mine or event.deleted:
            continue
        for value in event.object["data"].values():
            assert base64.b64decode(value).decode() == record.issued[key], (
                f"I12: Secret {event.key} holds another value than that of {key}")
    for revision, _, key in record.deliveries:
        staged = record.history.standing("secrets", revision)
        assert any(s["metadata"].get("annotations", {}).get(ANNOTATION + "credential-uid")
                   and s["metadata"]["annotations"][ANNOTATION + "key-id"] == key
                   for s in staged.values()), f"I5: {key} was delivered and not staged"


def check_evidence(record):
    """I14: entries are only ever appended, each rotation ends with exactly one end, and all
    rotations together are one chain."""
    written = {}
    for event in record.history.of("credentialrotations", record.space):
        if event.deleted or event.object["spec"]["credentialRef"]["name"] != record.credential:
            continue
        entries = event.object.get("status", {}).get("evidence", [])
        before = written.get(event.key[1], [])
        assert entries[:len(before)] == before, f"I14: evidence of {event.key[1]} was rewritten"
        written[event.key[1]] = entries
        ended = "result" in event.object.get("status", {})
        ends = [entry["type"] for entry in entries].count("Completed")
        assert ends == (1 if ended else 0), f"I14: {event.key[1]} has {ends} ends"
    chain = sorted((e for entries in written.values() for e in entries), key=lambda e: e["seq"])
    assert [e["seq"] for e in chain] == list(range(1, len(chain) + 1)), "I14: the chain has holes"
    for earlier, later in zip(chain, chain[1:]):
        assert later["previous"] == earlier["hash"], f"I14: broken at {later['seq']}"
