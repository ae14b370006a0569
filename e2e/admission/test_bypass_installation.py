"""Attempts on the installation itself: B21 and B34 of docs/threats.md. What was taken away is back, or
it is told."""

import json
import os
import time

import pytest

from admission_stack import OPERATOR, SYSTEM, deployment, eventually, pod, well_formed
from bearers import key, literal_env
from lab import program

REGISTRATIONS = {"validating": "validatingwebhookconfiguration", "mutating": "mutatingwebhookconfiguration"}
# Other work on the machine makes it slow, not wrong.
TEN_SECONDS = 10 * float(os.environ.get("KEYSTEWARD_CLUSTER_PATIENCE", "1"))


def differences(stack, which):
    return program.sample(stack.operator_metrics, "keysteward_installation_differences", object=which)


def restored(stack, which):
    return program.sample(stack.operator_metrics, "keysteward_registrations_restored_total", object=which,
                          result="success")


def told(kubectl, reason, kind, words=""):
    """Events with that reason about an object of that kind."""
    return [each for each in kubectl.get("events.events.k8s.io", "-A")["items"]
            if each["reason"] == reason and each["regarding"]["kind"].lower() == kind and words in each["note"]]


def declared(webhooks):
    """What of them the chart decides: all but the caBundle."""
    return [{**each, "clientConfig": each["clientConfig"]["service"]} for each in webhooks]


def registered(kubectl, which):
    return kubectl.get(REGISTRATIONS[which], "keysteward")


def start_anew(stack):
    stack.operator.stop()
    stack.operator.start()


@pytest.mark.parametrize("which", REGISTRATIONS)
def test_b21_a_registration_that_was_deleted_is_back_within_10_seconds(which, stack, kubectl):
    before, count = registered(kubectl, which), restored(stack, which)
    kubectl.must("delete", REGISTRATIONS[which], "keysteward")
    eventually(lambda: kubectl.run("get", REGISTRATIONS[which], "keysteward").ok, "it is made again", TEN_SECONDS)
    again = registered(kubectl, which)
    assert again["metadata"]["uid"] != before["metadata"]["uid"]
    assert declared(again["webhooks"]) == declared(before["webhooks"])
    # At once, or with the next look at the certificate when it had not been seen yet.
    eventually(lambda: registered(kubectl, which)["webhooks"] == before["webhooks"], "the caBundles too", 15)
    assert again["metadata"]["labels"] == before["metadata"]["labels"]
    # By which Helm takes it over.
    assert again["metadata"]["annotations"]["meta.helm.sh/release-name"] == "keysteward"
    assert [owner["name"] for owner in again["metadata"]["ownerReferences"]] == ["keysteward-operator"]
    eventually(lambda: restored(stack, which) == count + 1, "it is counted", 10)
    eventually(lambda: told(kubectl, "RegistrationRestored", REGISTRATIONS[which], "it is gone"), "an Event", 30)
    stack.wait_ready()


WEAKENED = {
    "rules": {"op": "replace", "path": "/rules/0/operations", "value": ["DELETE"]},
    "failurePolicy": {"op": "replace", "path": "/failurePolicy", "value": "Ignore"},
    "namespaceSelector": {"op": "replace", "path": "/namespaceSelector", "value": {"matchLabels": {"no": "such"}}},
    "matchConditions": {"op": "add", "path": "/matchConditions", "value": [{"name": "never", "expression": "false"}]},
    "an entry that is gone": {"op": "remove", "path": ""},
}


def test_b21_a_registration_that_was_weakened_is_put_back_within_10_seconds(stack, kubectl):
    """Each way in another entry, all at once."""
    before, count = registered(kubectl, "validating"), restored(stack, "validating")
    # From the last one on, so that indexes stay what they are.
    patch = [{**change, "path": f"/webhooks/{at}{change['path']}"} for at, change in enumerate(WEAKENED.values())]
    kubectl.must("patch", REGISTRATIONS["validating"], "keysteward", "--type=json", "-p", json.dumps(patch[::-1]))
    eventually(lambda: restored(stack, "validating") == count + 1, "it is put back", TEN_SECONDS)
    after = registered(kubectl, "validating")
    assert after["webhooks"] == before["webhooks"], "the caBundles too"
    assert after["metadata"]["uid"] == before["metadata"]["uid"]
    events = eventually(lambda: told(kubectl, "RegistrationRestored", REGISTRATIONS["validating"], "rules"), "an Event", 30)
    for words in ("failurePolicy", "namespaceSelector", "matchConditions", "is gone"):
        assert words in events[-1]["note"]
    eventually(lambda: differences(stack, "validating") == 0, "all is well", 15)


def test_b21_what_was_put_back_is_no_conflict_for_the_next_upgrade(stack, kubectl):
    """The chart's next version, applied by the server and not by force, as Helm 4 does it."""
    kubectl.must("delete", REGISTRATIONS["mutating"], "keysteward")
    eventually(lambda: kubectl.run("get", REGISTRATIONS["mutating"], "keysteward").ok, "made again", TEN_SECONDS)

    def nothing_of_it_is_ours():
        owners = json.loads(kubectl.must("get", REGISTRATIONS["mutating"], "keysteward", "-o", "json",
                                         "--show-managed-fields"))["metadata"]["managedFields"]
        return not [o for o in owners if o["manager"] == "keysteward-restore" and "f:webhooks" in o["fieldsV1"]]

    eventually(nothing_of_it_is_ours, "its fields are given up", 15)
    count = restored(stack, "mutating")
    for seconds in (7, 3):
        objects = [each for each in stack.release(f"webhook.timeoutSeconds={seconds}")
                   if each["kind"] in program.WEBHOOKS | {"ConfigMap"}]
        kubectl.must("apply", "--server-side", "-f", "-",
                     stdin=json.dumps({"apiVersion": "v1", "kind": "List", "items": objects}))
        assert {h["timeoutSeconds"] for h in registered(kubectl, "mutating")["webhooks"]} == {seconds}
    assert restored(stack, "mutating") == count, "an upgrade is no tampering"
    stack.wait_ready()


def test_b21_a_bundle_that_was_forged_is_repaired(stack, kubectl):
    kubectl.must("patch", REGISTRATIONS["validating"], "keysteward", "--type=json", "-p",
                 '[{"op":"replace","path":"/webhooks/0/clientConfig/caBundle","value":"Zm9yZ2VkCg=="}]')
    eventually(lambda: not registered(kubectl, "validating")["webhooks"][0]["clientConfig"]["caBundle"].startswith(
        "Zm9yZ2Vk"), "caBundle repaired", 15)
    stack.wait_ready()


def test_b21_a_workload_is_judged_again_after_the_registration_comes_back(stack, kubectl, people, namespace):
    value = key()
    kubectl.must("delete", REGISTRATIONS["validating"], "keysteward")
    thing = deployment("gap", namespace, literal_env(value)["env"])
    eventually(lambda: people["user"].create(thing).ok, "nobody looks", 10)
    eventually(lambda: kubectl.run("get", REGISTRATIONS["validating"], "keysteward").ok, "made again", 60)
    stack.wait_ready()
    more = [{"op": "add", "path": "/spec/template/spec/containers/0/env/-",
             "value": {"name": "NPM_TOKEN", "value": key(6)}}]
    for who in ("admin", "user", "controller"):
        well_formed(people[who].patch(thing, "json", more, dry_run=True), value, key(6))
    reply = people["user"].patch(thing, "merge", {"metadata": {"labels": {"a": "b"}}}, dry_run=True)
    assert reply.ok and any("literal credential" in warning for warning in reply.warnings), reply


@pytest.mark.parametrize("resource", ["validatingwebhookconfigurations", "mutatingwebhookconfigurations"])
def test_b21_users_and_our_own_webhook_may_not_touch_the_registration(resource, api, people):
    path = f"/apis/admissionregistration.k8s.io/v1/{resource}/keysteward"
    ours = api.as_user(f"system:serviceaccount:{SYSTEM}:keysteward-webhook", "system:serviceaccounts")
    for client in (people["user"], ours):
        assert client.call("DELETE", path, dryRun=True).status == 403
        assert client.call("PATCH", path, {"webhooks": []}, "application/merge-patch+json", dryRun=True).status == 403
    operator = api.as_user(f"system:serviceaccount:{SYSTEM}:keysteward-operator", "system:serviceaccounts")
    assert operator.call("DELETE", path, dryRun=True).status == 403, "it repairs and never removes"


def test_b21_a_service_that_does_not_lead_to_our_pods_is_told(stack, kubectl):
    """Here it leads to a process of this machine instead of the pods that the chart declares."""
    eventually(lambda: differences(stack, "service") == 1, "it is found", TEN_SECONDS)
    eventually(lambda: told(kubectl, "ServiceChanged", "service", "selector, ports"), "an Event", 30)


def test_b21_a_kind_that_was_deleted_is_told(stack, kubectl):
    try:
        kubectl.must("delete", "crd", "credentialexceptions.keysteward.dev", "--timeout=60s")
        eventually(lambda: differences(stack, "kinds") == 1, "it is found", TEN_SECONDS)
        eventually(lambda: told(kubectl, "KindsMissing", "deployment", "credentialexceptions"), "an Event", 30)
    finally:
        program.install_crds(stack.cluster)
        # Its watches begin anew at once, which they would within half a minute.
        stack.webhook.stop()
        stack.webhook.start()
        stack.wait_ready()
    eventually(lambda: differences(stack, "kinds") == 0, "it is served again", 30)


@pytest.mark.parametrize("order", ["of the chart", "the other way round"])
def test_b21_what_is_uninstalled_object_by_object_stays_away(order, stack, kubectl):
    """Without Helm and its hooks, and although this operator is no pod that goes with its Deployment.
    Its account stays, so that it could still write."""
    objects = [each for each in stack.release() if each["kind"] != "ServiceAccount"]
    for each in objects if order == "of the chart" else objects[::-1]:
        place = ["-n", each["metadata"]["namespace"]] if "namespace" in each["metadata"] else []
        kubectl.must("delete", each["kind"].lower(), each["metadata"]["name"], *place, "--wait=false",
                     "--ignore-not-found")
    try:
        end = time.monotonic() + 15
        while time.monotonic() < end:
            for kind in REGISTRATIONS.values():
                assert not kubectl.run("get", kind, "keysteward").ok, f"{kind} was made again"
            time.sleep(0.5)
    finally:
        program.install(stack.cluster, SYSTEM, stack.release())
        # It ends by itself when it cannot renew its Lease.
        start_anew(stack)
        stack.wait_ready()


def test_b34_our_roles_grant_nobody_more_than_the_page_says(api):
    """And nobody aggregates into them: a label on a ClusterRole of somebody else's adds nothing."""
    roles = api.call("GET", "/apis/rbac.authorization.k8s.io/v1/clusterroles").body["items"]
    ours = [role for role in roles if role["metadata"]["name"].startswith("keysteward-")]
    assert ours
    for role in ours:
        assert "aggregationRule" not in role, role["metadata"]["name"]
        for rule in role.get("rules") or []:
            assert "*" not in rule["verbs"] + rule.get("resources", []) + rule.get("apiGroups", [])
            assert not {"escalate", "bind", "impersonate"} & set(rule["verbs"])


def test_b34_a_user_cannot_take_the_operators_rights_away_or_take_them_over(api, people):
    path = "/apis/rbac.authorization.k8s.io/v1/clusterroles/keysteward-operator"
    for client in (people["user"], api.as_user(OPERATOR, "system:serviceaccounts")):
        assert client.call("PATCH", path, {"rules": []}, "application/merge-patch+json", dryRun=True).status == 403
        binding = {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding",
                   "metadata": {"name": "x"}, "subjects": [],
                   "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole",
                               "name": "keysteward-operator"}}
        assert client.call("POST", "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", binding,
                           dryRun=True).status == 403
        token = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {}}
        assert client.call("POST", f"/api/v1/namespaces/{SYSTEM}/serviceaccounts/keysteward-webhook/token",
                           token, dryRun=True).status == 403 or client is people["user"]


def rights(stack, difference):
    return program.sample(stack.operator_metrics, "keysteward_rights_differences", difference=difference)


def test_b34_a_right_that_was_taken_away_is_told_at_the_start(stack, kubectl):
    """Even one without which the operator never leads."""
    rules = kubectl.get("clusterrole", "keysteward-operator")["rules"]

    def set_rules(some):
        kubectl.must("patch", "clusterrole", "keysteward-operator", "--type=merge", "-p", json.dumps({"rules": some}))
        start_anew(stack)

    try:
        set_rules([rule for rule in rules if "poddisruptionbudgets" not in rule["resources"]])
        words = "rights are missing: list poddisruptionbudgets.policy, watch poddisruptionbudgets.policy"
        eventually(lambda: told(kubectl, "RightsChanged", "deployment", words), "an Event", 30)
        assert rights(stack, "missing") == 2
        assert "missing=" in stack.operator.text() and "poddisruptionbudgets" in stack.operator.text()
    finally:
        set_rules(rules)
    eventually(lambda: program.is_ready(stack.operator_metrics) and rights(stack, "missing") == 0, "as declared", 60)
    stack.wait_ready()


def test_b34_a_right_too_many_is_told_at_the_start(stack, kubectl):
    try:
        kubectl.must("create", "clusterrolebinding", "generous", "--clusterrole=cluster-admin",
                     f"--serviceaccount={SYSTEM}:keysteward-operator")
        start_anew(stack)
        eventually(lambda: told(kubectl, "RightsChanged", "deployment", "must not have: * *.*"), "an Event", 30)
        assert rights(stack, "excess") == 1
    finally:
        kubectl.must("delete", "clusterrolebinding", "generous", "--ignore-not-found")
        start_anew(stack)
    eventually(lambda: program.is_ready(stack.operator_metrics) and rights(stack, "excess") == 0, "as declared", 60)
    stack.wait_ready()
