"""Our own kinds beyond their schema, and what only the operator may write."""
import base64
import json

import pytest

from admission_stack import OPERATOR, credential, eventually, generated_issuer, pod, well_formed


@pytest.fixture(scope="module")
def delivered(kubectl, namespace):
    """A credential whose Secret the operator has delivered."""
    assert kubectl.write(generated_issuer(namespace)).ok
    assert kubectl.write(credential("stripe-live", namespace)).ok
    eventually(lambda: kubectl.run("get", "secret", "stripe-live", "-n", namespace).ok, "the Secret is delivered")
    eventually(
        lambda: kubectl.get("mcred", "stripe-live", "-n", namespace)["status"].get("settledRevision"),
        "the first delivery is settled",
    )
    return "stripe-live"


def rotation(name, namespace, of, **spec):
    return {"apiVersion": "keysteward.dev/v1alpha1", "kind": "CredentialRotation",
            "metadata": {"name": name, "namespace": namespace},
            "spec": {"credentialRef": {"name": of}, "cause": "Manual", "reason": "A test asks for a new key", **spec}}


def test_a_credential_whose_issuer_is_missing_passes_with_a_warning(kubectl, namespace):
    answer = kubectl.write(credential("waits", namespace, issuer="later"), dry_run=True)
    assert answer.ok, answer.text
    assert answer.warnings == [
        "spec.issuerRef: there is no CredentialIssuer later yet; the credential waits for it"]


def test_a_secret_name_has_one_credential(kubectl, namespace, delivered):
    second = credential("second", namespace)
    second["spec"]["delivery"]["secretName"] = delivered
    assert well_formed(kubectl.write(second)) == (
        "spec.delivery.secretName: is delivered by ManagedCredential stripe-live already; choose another name")


def test_parameters_the_issuer_does_not_know_are_refused(kubectl, namespace, delivered):
    answer = kubectl.write(credential("scoped", namespace, parameters={"scoop": "charges"}))
    assert "spec.parameters" in well_formed(answer)


def test_approver_and_owner_are_two_people(kubectl, namespace):
    wrong = credential("self-approved", namespace)
    wrong["spec"]["standing"]["approvedBy"] = wrong["spec"]["owner"]["contact"]
    answer = kubectl.write(wrong)
    assert not answer.ok
    assert "approvedBy" in answer.text


def test_the_requester_is_filled_in(kubectl, alice, namespace, delivered):
    assert alice.write(rotation("asked", namespace, delivered)).ok
    made = kubectl.get("mcrot", "asked", "-n", namespace)
    assert made["spec"]["requestedBy"] == "alice"


def test_a_forged_requester_is_refused(alice, namespace, delivered):
    for forged in ("bob", OPERATOR, "Alice", "alice "):
        answer = alice.write(rotation("forged", namespace, delivered, requestedBy=forged))
        assert well_formed(answer) == (
            "spec.requestedBy: must be your own name, alice; leave it out and it is filled in"), forged


def test_causes_of_the_operator_are_refused(alice, namespace, delivered):
    answer = alice.write(rotation("scheduled", namespace, delivered, cause="Schedule"))
    assert "spec.cause: is kept for Keysteward itself" in well_formed(answer)


def test_an_emergency_needs_its_verb(stack, kubectl, alice, namespace, delivered):
    urgent = rotation("urgent", namespace, delivered, cause="Leak", compromised="Current", urgency="Emergency")
    words = well_formed(alice.write(urgent))
    assert words.startswith("spec.urgency: needs the verb emergency on credentialrotations.keysteward.dev")
    assert "keysteward-emergency-rotator" in words
    first = dict(urgent, spec=dict(urgent["spec"], revoke="First"))
    assert "spec.revoke: needs the verb revokefirst" in well_formed(alice.write(first))
    kubectl.must("create", "rolebinding", "emergency", "-n", namespace,
                 "--clusterrole=keysteward-emergency-rotator", "--user=alice")
    eventually(lambda: alice.write(first, dry_run=True).ok, "the role counts", 20)


def test_a_status_is_not_forged(kubectl, alice, namespace, delivered):
    forged = json.dumps({"status": {"current": {"generation": 99}}})
    for client in (alice, kubectl):
        answer = client.run("patch", "mcred", delivered, "-n", namespace, "--subresource=status", "--type=merge", "-p", forged)
        assert well_formed(answer) == "status is written by Keysteward alone; change spec instead"


def test_a_managed_secret_is_edited_and_deleted_by_the_operator_alone(kubectl, alice, namespace, delivered):
    edits = (
        ("patch", "secret", delivered, "-n", namespace, "--type=merge", "-p", '{"data":{"API_KEY":"Zm9yZ2Vk"}}'),
        ("annotate", "secret", delivered, "-n", namespace, "keysteward.dev/expires-at=2099-01-01", "--overwrite"),
        ("label", "secret", delivered, "-n", namespace, "keysteward.dev/managed-"),
        ("patch", "secret", delivered, "-n", namespace, "--type=merge", "-p", '{"metadata":{"ownerReferences":null}}'),
        ("delete", "secret", delivered, "-n", namespace),
    )
    for edit in edits:
        for client in (alice, kubectl):
            words = well_formed(client.run(*edit))
            assert words.startswith("this Secret is delivered by ManagedCredential stripe-live"), edit
            assert "\nFix: " in words


def test_rewriting_every_secret_as_it_is_passes(kubectl, namespace, delivered):
    """As the documented way to encrypt Secrets at rest with a new key does."""
    text = kubectl.must("get", "secret", delivered, "-n", namespace, "-o", "json")
    answer = kubectl.run("replace", "-f", "-", stdin=text)
    assert answer.ok, answer.text


def test_an_ordinary_secret_cannot_be_marked_as_managed(kubectl, alice, namespace, delivered):
    owner = kubectl.get("secret", delivered, "-n", namespace)["metadata"]["ownerReferences"]
    assert kubectl.run("create", "secret", "generic", "plain", "-n", namespace, "--from-literal=a=b").ok
    forged = {"metadata": {"labels": {"keysteward.dev/managed": "true"}, "ownerReferences": owner}}
    answer = alice.run("patch", "secret", "plain", "-n", namespace, "--type=merge", "-p", json.dumps(forged))
    assert well_formed(answer).startswith("metadata.labels[keysteward.dev/managed]: only Keysteward marks")


def test_a_pod_with_a_managed_secret_passes_and_is_stamped(kubectl, namespace, delivered):
    thing = pod("consumer", namespace, [
        {"name": "API_KEY", "valueFrom": {"secretKeyRef": {"name": delivered, "key": "API_KEY"}}}])
    answer = kubectl.write(thing)
    assert answer.ok, answer.text
    assert not answer.warnings
    made = kubectl.get("pod", "consumer", "-n", namespace)
    stamp = int(made["metadata"]["annotations"]["revision.keysteward.dev/stripe-live"])
    assert stamp >= 1
    forged = pod("forger", namespace, thing["spec"]["containers"][0]["env"],
                 annotations={"revision.keysteward.dev/stripe-live": "999999"})
    assert kubectl.write(forged).ok
    made = kubectl.get("pod", "forger", "-n", namespace)
    assert int(made["metadata"]["annotations"]["revision.keysteward.dev/stripe-live"]) < 999999


def test_labels_and_finalizers_stay_writable_while_no_webhook_answers(stack, kubectl, namespace, delivered):
    stack.webhook.stop()
    try:
        assert kubectl.run("label", "mcred", delivered, "-n", namespace, "team=x", "--overwrite").ok
        changed = kubectl.run("patch", "mcred", delivered, "-n", namespace, "--type=merge",
                              "-p", '{"spec":{"purpose":"Changed while nobody looks"}}')
        assert not changed.ok, "a change of spec waits for the webhook"
    finally:
        stack.webhook.start()
        stack.wait_ready()


def test_deleting_the_namespace_ends(stack, kubectl):
    space = stack.namespace()
    assert kubectl.write(generated_issuer(space)).ok
    assert kubectl.write(credential("goes", space)).ok
    eventually(lambda: kubectl.run("get", "secret", "goes", "-n", space).ok, "the Secret is delivered")
    kubectl.must("delete", "namespace", space, "--wait=false")
    eventually(lambda: not kubectl.run("get", "namespace", space).ok, "the namespace is gone", 120)


def test_a_live_key_is_refused_wherever_it_stands(kubectl, namespace, delivered):
    data = kubectl.get("secret", delivered, "-n", namespace)["data"]
    value = base64.b64decode(next(iter(data.values()))).decode()
    # Neither the name nor the place says anything; the value is a part of a longer text.
    thing = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "greeting", "namespace": namespace},
             "data": {"text": f"hello {value}, how are you"}}

    def refused():
        answer = kubectl.write(thing, dry_run=True)
        return None if answer.ok else answer

    assert "(live-managed-key)" in well_formed(eventually(refused, "the webhook knows the key"), value)
    thing["data"]["text"] = f"hello {value[:-1]}, how are you"
    assert "(live-managed-key)" not in kubectl.write(thing, dry_run=True).refusal
