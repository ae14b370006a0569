"""CredentialPolicies on a real API server: rules and kinds of one's own, and the background report."""
import json
import random
import string
import uuid

import pytest
from admission_stack import eventually, foreign_crd, meta, pod


def policy(name, team, **spec):
    return {"apiVersion": "keysteward.dev/v1alpha1", "kind": "CredentialPolicy", "metadata": {"name": name},
            "spec": {"namespaceSelector": {"matchLabels": {"team": team}}, **spec}}


def rule(pattern="acme_live_[A-Za-z0-9]{24}", **more):
    return {"id": "acme-key", "pattern": pattern, "keywords": ["acme_live_"], "examples": ["acme_live_{alnum:24}"], **more}


def key(prefix="acme_live_"):
    return prefix + "".join(random.choices(string.ascii_letters + string.digits, k=24))


@pytest.fixture
def team(kubectl):
    name = "t" + uuid.uuid4().hex[:8]
    yield name
    kubectl.run("delete", "credentialpolicy", name, "--ignore-not-found")


def condition(kubectl, name, kind):
    for each in kubectl.get("credentialpolicy", name).get("status", {}).get("conditions", []):
        if each["type"] == kind:
            return each
    return {}


def test_a_custom_rule_counts_where_its_policy_does_and_nowhere_else(stack, kubectl, team):
    ours, theirs = stack.namespace(team=team), stack.namespace()
    thing = pod("web", ours, [{"name": "LEVEL", "value": key()}])
    assert kubectl.write(thing, dry_run=True).ok
    kubectl.must("apply", "-f", "-", stdin=json.dumps(policy(team, team, literals={"customRules": [rule()]})))
    eventually(lambda: not kubectl.write(thing, dry_run=True).ok, "the rule counts")
    assert "(acme-key)" in kubectl.write(thing, dry_run=True).refusal
    assert kubectl.write({**thing, "metadata": meta("web", theirs)}, dry_run=True).ok
    eventually(lambda: condition(kubectl, team, "Ready").get("reason") == "InForce", "condition Ready")
    kubectl.must("delete", "credentialpolicy", team)
    eventually(lambda: kubectl.write(thing, dry_run=True).ok, "the rule is gone")


@pytest.mark.parametrize("change, why", [
    ({"pattern": "acme_live_[A-Za-z0-9]{25}"}, "example 1 is not found"),
    ({"pattern": "acme_live_[A-Z"}, "rule acme-key: "),
    ({"pattern": "acme_live_(?=x)[a-z]{24}"}, "rule acme-key: "),
    ({"id": "stripe-secret-key"}, "is the id of a built-in rule"),
    ({"counterexamples": ["acme_live_{upper:24}"]}, "counterexample 1 is found"),
])
def test_a_rule_that_is_no_good_is_refused(kubectl, team, change, why):
    answer = kubectl.write(policy(team, team, literals={"customRules": [{**rule(), **change}]}), dry_run=True)
    assert not answer.ok and why in answer.refusal, answer.text
    assert answer.refusal.startswith("spec.literals.customRules[0]")


def test_a_kind_that_is_not_registered_is_told_with_what_the_chart_needs(kubectl, team):
    kind = "Thing" + uuid.uuid4().hex[:6]
    crd = foreign_crd(kind, "things.example.org", "v1", kind.lower() + "s")
    kubectl.must("apply", "-f", "-", stdin=json.dumps(crd))
    kinds = [{"group": "example.com", "kind": "Function"}, {"group": "things.example.org", "kind": kind}]
    kubectl.write(policy(team, team, customResources=kinds))
    said = eventually(lambda: condition(kubectl, team, "Registered"), "condition Registered")
    assert (said["status"], said["reason"]) == ("False", "NotRegistered")
    assert "things.example.org" in said["message"] and "webhook.customResources" in said["message"]
    assert "Function" not in said["message"]


def test_a_policy_narrows_the_kinds_that_are_judged(stack, kubectl, team):
    ours = stack.namespace(team=team)
    thing = {"apiVersion": "example.com/v1", "kind": "Function", "metadata": meta("f", ours),
             "spec": {"env": [{"name": "STRIPE_API_KEY", "value": key("sk" + "_live_")}]}}
    assert not kubectl.write(thing, dry_run=True).ok
    kubectl.write(policy(team, team, customResources=[{"group": "argoproj.io", "kind": "Application"}]))
    eventually(lambda: kubectl.write(thing, dry_run=True).ok, "Functions are left alone")


def test_the_report_tells_what_stands_without_its_value(stack, kubectl, team):
    crd = foreign_crd("PolicyReport", "wgpolicyk8s.io", "v1alpha2", "policyreports")
    kubectl.must("apply", "-f", "-", stdin=json.dumps(crd))
    quiet = stack.namespace(**{"keysteward.dev/enforce": "off", "team": team})
    value = key("sk" + "_live_")
    things = [{"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta(f"c{at}", quiet),
               "data": {"API_KEY": value}} for at in range(2)]
    eventually(lambda: kubectl.write(things[0], dry_run=True).ok, "the webhook knows the namespace")
    for thing in things:
        assert kubectl.write(thing).ok
    kubectl.must("label", "namespace", quiet, "keysteward.dev/enforce-")
    assert kubectl.write(policy(team, team)).ok  # a change of policies makes a scan due

    def reported():
        answer = kubectl.run("get", "policyreport", "keysteward", "-n", quiet, "-o", "json")
        return answer.out if answer.ok else ""
    report = eventually(reported, "a PolicyReport of the namespace")
    assert value not in report and '"fail": 2' in report and '"c0"' in report
    # The first look, at the start, found no such kind.
    eventually(lambda: condition(kubectl, team, "Reported").get("reason") == "ReportWritten", "condition Reported")
