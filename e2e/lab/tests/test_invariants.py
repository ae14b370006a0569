"""Each check of the promises turns red on a record that breaks it, and only on that."""

import base64
import copy
import types

import pytest
from lab import invariants

CREDENTIAL, SPACE, UID = "stripe-live", "shop", "uid-1"
VALUES = {"key_1": "value-of-1", "key_2": "value-of-2"}


class Event:
    def __init__(self, revision, kind, name, content, namespace=SPACE, deleted=False):
        self.revision, self.kind, self.key = revision, kind, (namespace, name)
        self.object, self.deleted = content, deleted


class History:
    """What lab.history.History tells, from a list."""

    def __init__(self, events):
        self.events = events

    def of(self, kind, namespace=None, name=None):
        return [e for e in self.events if e.kind == kind
                and namespace in (None, e.key[0]) and name in (None, e.key[1])]

    def standing(self, kind, revision, namespace=None):
        stood = {}
        for event in self.of(kind, namespace):
            if event.revision <= revision:
                stood.pop(event.key, None)
                if not event.deleted:
                    stood[event.key] = event.object
        return stood


def secret(key, number, value=None):
    return {"metadata": {"annotations": {"keysteward.dev/key-id": key,
                                         "keysteward.dev/revision": str(number)}},
            "data": {"API_KEY": base64.b64encode((value or VALUES[key]).encode()).decode()}}


def staged(key):
    made = secret(key, 0)
    made["metadata"]["annotations"]["keysteward.dev/credential-uid"] = UID
    return made


def pod(stamp):
    return {"metadata": {"annotations": {f"revision.keysteward.dev/{CREDENTIAL}": str(stamp)}},
            "status": {"phase": "Running"}}


def rotation(*steps, evidence=(), **status):
    return {"spec": {"credentialRef": {"name": CREDENTIAL}},
            "status": {"token": "token-2", "generation": 2, "oldKey": {"id": "key_1"},
                       "newKey": {"id": "key_2"}, "steps": [{"name": name} for name in steps],
                       "evidence": list(evidence), **status}}


def entry(seq, kind):
    return {"seq": seq, "type": kind, "hash": f"hash-{seq}", "previous": f"hash-{seq - 1}"}


def effect(revision, what, key, token=""):
    return types.SimpleNamespace(revision=revision, what=what, key=key, token=token,
                                 label=f"keysteward/i/{UID}/2-1")


class Good:
    """A rotation from key_1 to key_2 in which every promise is kept."""

    def __init__(self):
        self.events = [
            Event(1, "secrets", "staged-1", staged("key_1"), "keysteward-system"),
            Event(2, "secrets", CREDENTIAL, secret("key_1", 1)),
            Event(3, "pods", "old", pod(1)),
            Event(10, "credentialrotations", "r", rotation("Issue", newKey={})),
            Event(12, "secrets", "staged-2", staged("key_2"), "keysteward-system"),
            Event(13, "secrets", CREDENTIAL, secret("key_2", 2)),
            Event(14, "pods", "new", pod(2)),
            Event(15, "pods", "old", pod(1), deleted=True),
            Event(16, "credentialrotations", "r", rotation("Disable", "Revoke", evidence=[
                entry(1, "RotationStarted")])),
            Event(30, "credentialrotations", "r", rotation("Disable", "Revoke", evidence=[
                entry(1, "RotationStarted"), entry(2, "Completed")], result="Proven"))]
        self.effects = [effect(11, "created", "key_2", "token-2"), effect(20, "disabled", "key_1"),
                        effect(21, "deleted", "key_1")]

    def record(self):
        made = object.__new__(invariants.Record)
        made.history, made.space, made.credential, made.uid = (History(self.events), SPACE,
                                                               CREDENTIAL, UID)
        made.issued = VALUES
        made.effects = [effect(0, "created", "key_1", "token-1"), *self.effects]
        made.deliveries = made.read_deliveries()
        return made

    def event(self, revision):
        return next(e for e in self.events if e.revision == revision)


def check(story):
    record = story.record()
    # The first key is older than the journal.
    first, record.effects = record.effects[0], record.effects[1:]
    invariants.check_no_revoke_in_use(record)
    invariants.check_intent_first(record)
    invariants.check_values(record)
    invariants.check_evidence(record)
    record.effects.insert(0, first)
    invariants.check_live_keys(record)


def test_a_record_that_keeps_every_promise_passes():
    check(Good())


def a_pod_remains(story):
    story.events = [e for e in story.events if e.revision != 15]


def a_pod_is_not_stamped(story):
    story.event(14).object["metadata"]["annotations"] = {}


def it_is_still_delivered(story):
    story.events = [e for e in story.events if e.revision != 13]


def both_keys_end(story):
    story.effects.append(effect(22, "deleted", "key_2"))


def three_keys_live(story):
    story.effects[1:1] = [effect(12, "created", "key_3", "token-2")]


def a_key_is_left(story):
    story.effects = story.effects[:1]


def the_delivered_key_is_dead(story):
    story.effects = [story.effects[0], effect(20, "deleted", "key_2"), effect(21, "enabled", "key_1")]


def the_token_is_unknown(story):
    story.effects[0].token = "token-9"


def no_intent_is_stored(story):
    story.event(16).object["status"]["steps"] = []


def another_value_is_delivered(story):
    story.event(13).object["data"] = secret("key_1", 2)["data"]


def nothing_was_staged(story):
    story.events = [e for e in story.events if e.revision != 12]


def evidence_is_rewritten(story):
    story.event(30).object["status"]["evidence"][0] = entry(1, "Forged")


def it_ends_twice(story):
    story.event(30).object["status"]["evidence"].append(entry(3, "Completed"))


def the_chain_is_broken(story):
    story.event(30).object["status"]["evidence"][1]["previous"] = "hash-7"


def an_entry_is_missing(story):
    story.event(30).object["status"]["evidence"][1]["seq"] = 3


BREACHES = [
    (a_pod_remains, "I1"), (a_pod_is_not_stamped, "I1"), (it_is_still_delivered, "I1"),
    (both_keys_end, "I1"), (three_keys_live, "I3"), (a_key_is_left, "I4"),
    (the_token_is_unknown, "I6"), (no_intent_is_stored, "I6"),
    (another_value_is_delivered, "I12"), (nothing_was_staged, "I5"),
    (evidence_is_rewritten, "I14"), (it_ends_twice, "I14"), (the_chain_is_broken, "I14"),
    (an_entry_is_missing, "I14"),
]


@pytest.mark.parametrize("breach,promise", BREACHES, ids=lambda x: getattr(x, "__name__", x))
def test_a_breach_is_seen(breach, promise):
    story = copy.deepcopy(Good())
    breach(story)
    with pytest.raises(AssertionError, match=f"^{promise}: "):
        check(story)


def test_a_dead_key_that_is_delivered_is_seen():
    story = Good()
    the_delivered_key_is_dead(story)
    with pytest.raises(AssertionError, match="^I2: "):
        invariants.check_live_keys(story.record())
