"""Attempts to use, mislead or starve the operator: B26–B31 and B33 of docs/threats.md."""


import pytest

from admission_stack import credential, deployment, eventually, from_secret, generated_issuer, meta, pod, secret
from bearers import refused_both

KIND = {"apiVersion": "keysteward.dev/v1alpha1", "kind": "ManagedCredential"}


def mcred(api, name, space):
    return api.get({**KIND, "metadata": meta(name, space)})


@pytest.fixture(scope="module")
def space(stack, api):
    name = stack.namespace()
    assert api.create(generated_issuer(name)).ok
    assert api.create(credential("stripe-live", name)).ok
    eventually(lambda: mcred(api, "stripe-live", name)["status"].get("settledRevision"), "the first delivery")
    return name


def secret_of(api, name, space):
    return api.get({"apiVersion": "v1", "kind": "Secret", "metadata": meta(name, space)})


EDITS = {
    "value": {"data": {"API_KEY": "Zm9yZ2Vk"}},
    "an entry more": {"data": {"OTHER": "Zm9yZ2Vk"}},
    "owner reference": {"metadata": {"ownerReferences": None}},
    "managed label": {"metadata": {"labels": {"keysteward.dev/managed": None}}},
    "expiry": {"metadata": {"annotations": {"keysteward.dev/expires-at": "2099-01-01"}}},
    "finalizer": {"metadata": {"finalizers": ["example.com/hold"]}},
    "immutable": {"immutable": True},
}


@pytest.mark.parametrize("edit", EDITS)
def test_b26_a_managed_secret_is_changed_by_the_operator_alone(edit, people, space):
    before = secret_of(people["admin"], "stripe-live", space)
    for who in ("admin", "user", "controller"):
        words = refused_both(lambda dry, w=who: people[w].patch(before, "merge", EDITS[edit], dry))
        assert words.startswith("this Secret is delivered by ManagedCredential stripe-live")
    assert secret_of(people["admin"], "stripe-live", space) == before


def test_b26_nor_is_it_deleted_or_replaced_by_another(people, space):
    before = secret_of(people["admin"], "stripe-live", space)
    for who in ("admin", "user", "controller"):
        refused_both(lambda dry, w=who: people[w].delete(before, dry))
        other = secret("stripe-live", space)
        refused_both(lambda dry, w=who: people[w].replace(other, dry))
        refused_both(lambda dry, w=who: people[w].apply(other, dry))


def forged(api, of, space, name):
    """A Secret made up to look like one that the operator delivered."""
    owner = mcred(api, of, space)["metadata"]["uid"]
    thing = secret(name, space)
    thing["metadata"]["labels"] = {"keysteward.dev/managed": "true"}
    thing["metadata"]["ownerReferences"] = [
        {**KIND, "name": of, "uid": owner, "controller": True, "blockOwnerDeletion": True}]
    return thing


def test_b27_a_secret_is_not_born_as_ours(people, space):
    for who in ("admin", "user", "controller"):
        thing = forged(people["admin"], "stripe-live", space, "born-ours")
        words = refused_both(lambda dry, w=who, t=thing: people[w].create(t, dry))
        assert words.startswith("metadata.labels[keysteward.dev/managed]: only Keysteward marks")


def test_b27_a_secret_is_not_made_ours_later(people, space):
    api = people["admin"]
    thing = forged(api, "stripe-live", space, "made-ours")
    plain = {**thing, "metadata": meta("made-ours", space)}
    assert api.create(plain).ok
    marks = {"metadata": {key: thing["metadata"][key] for key in ("labels", "ownerReferences")}}
    for who in ("admin", "user", "controller"):
        words = refused_both(lambda dry, w=who: people[w].patch(plain, "merge", marks, dry))
        assert "only Keysteward marks" in words


def test_b27_a_foreign_secret_in_the_way_is_neither_adopted_nor_overwritten(people, space):
    api = people["admin"]
    foreign = secret("taken", space)
    assert people["user"].create(foreign).ok
    before = secret_of(api, "taken", space)
    assert api.create(credential("taken", space)).ok

    def told():
        conditions = mcred(api, "taken", space).get("status", {}).get("conditions", [])
        return [c for c in conditions if c["type"] == "Ready" and c["reason"] == "SecretConflict"]

    eventually(told, "the conflict is told")
    assert secret_of(api, "taken", space) == before
    api.delete({**KIND, "metadata": meta("taken", space)})
    eventually(lambda: mcred(api, "taken", space) is None, "the credential is gone")
    assert secret_of(api, "taken", space) == before, "not collected with it either"


@pytest.mark.parametrize("field", ["namespace", "secretNamespace", "template", "type", "engine", "script"])
@pytest.mark.parametrize("inside", ["issuerRef", "delivery"])
def test_b28_there_is_no_field_for_another_namespace_a_type_or_a_program(field, inside, people, space):
    """B28, B29, B30: what is not there cannot be misused. The API server refuses it strictly, and
    drops it when it is asked not to be strict."""
    thing = credential("fielded", space)
    thing["spec"][inside][field] = "kube-system"
    path = f"/apis/keysteward.dev/v1alpha1/namespaces/{space}/managedcredentials"
    for who in ("admin", "user"):
        strict = people[who].call("POST", path, thing, dryRun=True, fieldValidation="Strict")
        assert not strict.ok and "unknown field" in strict.text
        lax = people[who].call("POST", path, thing, dryRun=True, fieldValidation="Ignore")
        assert lax.ok and field not in lax.body["spec"][inside]


@pytest.mark.parametrize("name", ["../kube-system/x", "a/b", "kube-system:x", "..", "%2e%2e", "A", "x\u200b", "x" * 254, ""])
def test_b28_a_name_is_a_name(name, people, space):
    for who in ("admin", "user"):
        for change in (lambda s: s["delivery"].update(secretName=name), lambda s: s["issuerRef"].update(name=name)):
            thing = credential("named", space)
            change(thing["spec"])
            for dry_run in (True, False):
                assert not people[who].create(thing, dry_run).ok


URLS = ["http://api.example.com", "https://user:pass@api.example.com", "https://169.254.169.254/latest",
        "https://localhost/", "https://127.0.0.1/", "https://0x7f000001/", "https://2130706433/", "https://[::1]/",
        "https://[::ffff:169.254.169.254]/", "unix:///var/run/docker.sock", "file:///etc/passwd",
        "https://kubernetes.default.svc/", "https://api.example.com@169.254.169.254/", "https://api.example.com#@x/",
        "https://api.example.com/../..", "gopher://x", "https://", "//api.example.com"]


@pytest.mark.parametrize("url", URLS)
def test_b28_an_issuer_calls_only_hosts_that_the_administrator_lists(url, api, space):
    """Refused at once, or never ready: no host is allowed here, so nothing is called."""
    issuer = generated_issuer(space, "evil")
    issuer["spec"]["generated"]["probe"] = {
        "baseURL": url, "request": {"method": "GET", "path": "/x"}, "live": [200], "refused": [401]}
    made = api.create(issuer)
    if not made.ok:
        return

    def judged():
        conditions = api.get(issuer).get("status", {}).get("conditions", [])
        return next((c for c in conditions if c["type"] == "Ready"), None)

    try:
        ready = eventually(judged, "the issuer is judged", 20)
        assert ready["status"] == "False" and ready["reason"] in ("HostNotAllowed", "InvalidSpec"), ready
    finally:
        api.delete(issuer)
        eventually(lambda: api.get(issuer) is None, "it is gone", 20)


def test_b29_what_is_delivered_is_opaque(api, space):
    made = secret_of(api, "stripe-live", space)
    assert made["type"] == "Opaque"
    assert not [a for a in made["metadata"].get("annotations", {}) if a.startswith("kubernetes.io/")]


@pytest.mark.parametrize("value", ["{{ .Values.x }}", "${secret:other}", "${env:HOME}", "${key:-x}", "${key", "${file:/etc/passwd}",
                                   "$(cat /etc/passwd)", "${${key}}"])
def test_b30_an_entry_is_text_with_two_placeholders(value, people, api, space):
    """An unknown placeholder is refused; everything else is text, delivered as it stands."""
    thing = credential("templated", space)
    thing["spec"]["delivery"]["entries"] = [{"name": "API_KEY", "value": "${key}"}, {"name": "X", "value": value}]
    for who in ("admin", "user"):
        reply = people[who].create(thing, dry_run=True)
        assert reply.ok == ("${" not in value), (value, reply)


@pytest.mark.parametrize("status", [{"current": {"generation": 99}}, {"revision": 99}, {"activeRotation": "x"},
                                    {"conditions": []}, {"previous": {"state": "Revoked"}}])
def test_b31_a_status_is_not_forged(status, people, space):
    thing = {**KIND, "metadata": meta("stripe-live", space)}
    for who in ("admin", "user", "controller"):
        for kind in ("merge", "json"):
            body = {"status": status} if kind == "merge" else [
                {"op": "add", "path": "/status/" + next(iter(status)), "value": next(iter(status.values()))}]
            words = refused_both(lambda dry, w=who, k=kind, b=body: people[w].patch(thing, k, b, dry, "status"))
            assert words == "status is written by Keysteward alone; change spec instead"


def test_b31_a_forged_stamp_is_put_right_when_the_pod_is_made(people, api, space):
    stamp = "revision.keysteward.dev/stripe-live"
    for who in ("admin", "user"):
        forger = pod("forger", space, [from_secret("stripe-live", "API_KEY")], annotations={stamp: "999999"})
        made = people[who].create(forger, dry_run=True)
        assert made.ok and int(made.body["metadata"]["annotations"][stamp]) < 999999


def test_b33_a_user_that_was_there_before_the_credential_is_counted(stack, api, people):
    space = stack.namespace()
    early = pod("early", space, [from_secret("late", "API_KEY")])
    reply = people["user"].create(early)
    assert reply.ok and any("secret-missing" in warning for warning in reply.warnings)
    assert people["user"].create(deployment("early", space, [from_secret("late", "API_KEY")])).ok
    assert api.create(generated_issuer(space)).ok
    assert api.create(credential("late", space)).ok
    eventually(lambda: mcred(api, "late", space)["status"].get("settledRevision"), "delivered")
    def counted():
        return mcred(api, "late", space)["status"].get("consumers", {}).get("total", 0) >= 1
    eventually(counted, "the Deployment that was first is a consumer", 60)
