"""What people submit: literals and ownerless Secrets are refused, everything else passes."""
import datetime
import json
import re

import pytest
import yaml

import admission_samples as samples
from admission_stack import (FOREIGN, days, deployment, eventually, from_secret, pod, secret, well_formed)

# Not registered: the values of a Secret would all travel to the webhook. `keysteward scan` finds it.
UNREGISTERED = {"secret-annotation"}
# The API server keeps the last of two members, which is innocent; `keysteward scan` sees both.
COLLAPSED = {"duplicate-key"}
# Ephemeral containers are added by their subresource alone; see below.
BY_SUBRESOURCE = {"env-ephemeral-container"}
# kubectl writes this annotation anew, so the object goes to the API server as it is; see below.
RAW = {"last-applied"}


def objects_of(path, namespace, seed=1):
    """The objects of a file, moved to the namespace, and the values in them."""
    text, values = samples.render(path.read_text(), seed)
    objects = []
    for document in yaml.safe_load_all(text):
        for thing in (document or {}).get("items", [document]) if document else []:
            if thing and thing.get("kind") != "Namespace":
                thing["metadata"]["namespace"] = namespace
                objects.append(thing)
    return objects, values


def without_generated_name(text, thing):
    """The API server draws five characters anew for each request."""
    prefix = thing["metadata"].get("generateName")
    return re.sub(re.escape(prefix) + "[a-z0-9]{5}", prefix, text) if prefix else text


DENIED = [path for path in samples.files("deny")
          if path.stem not in UNREGISTERED | COLLAPSED | BY_SUBRESOURCE | RAW]


@pytest.mark.parametrize("path", DENIED, ids=lambda path: path.stem)
def test_a_literal_is_refused_in_a_dry_run_and_for_real(path, kubectl, namespace):
    objects, values = objects_of(path, namespace)
    refused = 0
    for thing in objects:
        dry = kubectl.write(thing, dry_run=True)
        real = kubectl.write(thing)
        assert without_generated_name(dry.refusal, thing) == without_generated_name(real.refusal, thing)
        if real.ok:
            continue
        refused += 1
        words = well_formed(real, *values)
        assert "literal credential (" in words
        assert "\nFix: declare a ManagedCredential " in words
    assert refused == 1


NATIVE = {"ConfigMap", "Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob", "Pod", "Service", "Ingress",
          "Secret", "NetworkPolicy", "PodDisruptionBudget", "HorizontalPodAutoscaler", "ServiceAccount"}
FOREIGN_GROUPS = {f"{group}/{version}": kind for kind, (group, version, _) in FOREIGN.items()}


def is_known(thing):
    version = thing["apiVersion"]
    if version in FOREIGN_GROUPS:
        return FOREIGN_GROUPS[version] == thing["kind"]
    return thing["kind"] in NATIVE and ("." not in version.split("/")[0] or ".k8s.io" in version)


def clean_files():
    chosen = []
    for path in samples.files("clean"):
        text, _ = samples.render(path.read_text())
        try:
            documents = [d for d in yaml.safe_load_all(text) if isinstance(d, dict)]
        except yaml.YAMLError:
            continue  # a template before rendering
        if any(is_known(d) for d in documents if "kind" in d and "apiVersion" in d):
            chosen.append(path)
    return chosen


@pytest.mark.parametrize("path", clean_files(), ids=lambda path: path.stem)
def test_an_innocent_manifest_passes(path, kubectl, namespace):
    objects, _ = objects_of(path, namespace)
    for thing in filter(is_known, objects):
        answer = kubectl.write(thing, dry_run=True)
        assert "denied the request" not in answer.text
        assert not [w for w in answer.warnings if "literal credential" in w]


def test_a_literal_in_the_last_applied_copy_alone_is_refused(kubectl, namespace):
    [thing], values = objects_of(samples.DATA / "deny" / "last-applied.yaml", namespace)
    answer = kubectl.run("create", "--raw", f"/api/v1/namespaces/{namespace}/pods", "-f", "-", stdin=json.dumps(thing))
    assert "last-applied-configuration" in well_formed(answer, *values)


def test_an_ephemeral_container_with_a_literal_is_refused(kubectl, namespace):
    value = samples.make("ghp_{alnum:30}{crc32}")
    kubectl.write(pod("debugged", namespace))
    body = {"spec": {"ephemeralContainers": [
        {"name": "debug", "image": "busybox", "env": [{"name": "GITHUB_TOKEN", "value": value}]}]}}
    answer = kubectl.run("patch", "pod", "debugged", "-n", namespace, "--subresource=ephemeralcontainers",
                         "--type=strategic", "-p", yaml.safe_dump(body))
    assert well_formed(answer, value).startswith(
        "spec.ephemeralContainers[0].env[0].value: literal credential (")


def test_an_ephemeral_container_with_an_ownerless_secret_is_refused(kubectl, namespace):
    kubectl.write(pod("debugged-too", namespace))
    kubectl.write(secret("for-debug", namespace))
    body = {"spec": {"ephemeralContainers": [
        {"name": "debug", "image": "busybox", "env": [from_secret("for-debug")]}]}}
    answer = kubectl.run("patch", "pod", "debugged-too", "-n", namespace, "--subresource=ephemeralcontainers",
                         "--type=strategic", "-p", yaml.safe_dump(body))
    assert "secret-without-owner" in well_formed(answer)


def refused_for(kubectl, thing, rule):
    """The webhook learns of a Secret a moment after it was written."""
    answer = eventually(lambda: (lambda a: a if rule in a.refusal else None)(kubectl.write(thing, dry_run=True)), rule, 20)
    real = kubectl.write(thing)
    assert real.refusal == answer.refusal
    return well_formed(real)


def test_a_secret_without_owner_is_refused_with_the_annotation_to_set(kubectl, namespace):
    kubectl.write(secret("ownerless", namespace))
    words = refused_for(kubectl, deployment("ownerless", namespace, [from_secret("ownerless")]), "secret-without-owner")
    assert words.startswith("spec.template.spec.containers[0].env[0]")
    assert "keysteward.dev/owner" in words
    assert "\nFix: " in words


def test_a_secret_without_end_is_refused_with_the_annotation_to_set(kubectl, namespace):
    kubectl.write(secret("endless", namespace, owner="payments"))
    words = refused_for(kubectl, pod("endless", namespace, [from_secret("endless")]), "secret-without-expiry")
    assert "keysteward.dev/expires-at" in words


def test_env_from_a_whole_secret_is_judged_alike(kubectl, namespace):
    kubectl.write(secret("whole", namespace))
    thing = pod("whole", namespace)
    thing["spec"]["containers"][0]["envFrom"] = [{"secretRef": {"name": "whole"}}]
    assert "envFrom[0]" in refused_for(kubectl, thing, "secret-without-owner")


def test_owner_and_end_are_enough(kubectl, namespace):
    kubectl.write(secret("good", namespace, owner="payments", expires_at=days(60)))
    thing = pod("good", namespace, [from_secret("good")])
    eventually(lambda: not kubectl.write(thing, dry_run=True).warnings, "the Secret is known", 20)
    assert kubectl.write(thing).ok


def test_an_end_in_the_past_and_one_too_far_away_are_refused(kubectl, namespace):
    kubectl.write(secret("past", namespace, owner="payments", expires_at=days(-1)))
    refused_for(kubectl, pod("past", namespace, [from_secret("past")]), "secret-expired")
    kubectl.write(secret("far", namespace, owner="payments", expires_at=days(4000)))
    refused_for(kubectl, pod("far", namespace, [from_secret("far")]), "secret-lives-too-long")


def test_a_secret_that_is_not_there_yet_warns(kubectl, namespace):
    answer = kubectl.write(pod("early", namespace, [from_secret("comes-later")]), dry_run=True)
    assert answer.ok
    assert any("secret-missing" in warning for warning in answer.warnings)


def test_a_forged_managed_secret_needs_an_owner_like_any_other(kubectl, namespace):
    forged = secret("forged", namespace)
    forged["metadata"]["labels"] = {"keysteward.dev/managed": "true"}
    assert kubectl.write(forged).ok
    refused_for(kubectl, pod("forged", namespace, [from_secret("forged")]), "secret-without-owner")


def literal():
    value = samples.make("ghp_{alnum:30}{crc32}", 5)
    return value, [{"name": "GITHUB_TOKEN", "value": value}]


@pytest.mark.parametrize("mode", ["warn", "audit", "off", "deny"])
def test_the_mode_of_a_namespace_decides_what_happens(mode, stack, kubectl):
    space = stack.namespace(keysteward__unused="x")
    kubectl.must("label", "namespace", space, f"keysteward.dev/enforce={mode}")
    value, env = literal()
    thing = deployment("moded", space, env)

    def settled():
        answer = kubectl.write(thing, dry_run=True)
        if mode == "deny":
            return not answer.ok
        return answer.ok and bool(answer.warnings) == (mode == "warn")

    eventually(settled, mode, 20)
    answer = kubectl.write(thing)
    assert answer.ok == (mode != "deny")
    assert value not in answer.text


def test_changing_the_mode_needs_the_verb(stack, kubectl, alice):
    space = stack.namespace()
    answer = alice.run("label", "namespace", space, "keysteward.dev/enforce=off")
    words = well_formed(answer)
    assert words.startswith("metadata.labels[keysteward.dev/enforce]: ")
    assert "needs the verb enforce on credentialpolicies.keysteward.dev" in words
    assert alice.run("label", "namespace", space, "team=payments").ok
    kubectl.must("create", "clusterrolebinding", f"{space}-mode", "--clusterrole=keysteward-policy-admin", "--user=alice")
    try:
        eventually(lambda: alice.run("label", "namespace", space, "keysteward.dev/enforce=off").ok, "the role counts", 20)
    finally:
        kubectl.must("delete", "clusterrolebinding", f"{space}-mode")
    assert not alice.run("label", "namespace", space, "keysteward.dev/enforce-").ok


def exception(called, space, ends, **scope):
    return {"apiVersion": "keysteward.dev/v1alpha1", "kind": "CredentialException",
            "metadata": {"name": called, "namespace": space},
            "spec": {"owner": "carol@example.com", "reason": "Moves to a ManagedCredential in May",
                     "approvedBy": "security@example.com", "expiresAt": ends, "scope": scope}}


def test_an_exception_allows_until_it_ends_and_then_its_owner_is_named(stack, kubectl):
    space = stack.namespace()
    value, env = literal()
    thing = deployment("legacy", space, env)
    rule = well_formed(kubectl.write(thing)).partition("literal credential (")[2].partition(")")[0]
    assert kubectl.write(exception("legacy", space, soon(15), rule=rule)).ok
    eventually(lambda: kubectl.write(thing, dry_run=True).ok, "the exception counts", 12)
    ended = eventually(lambda: (lambda a: None if a.ok else a)(kubectl.write(thing, dry_run=True)), "it ended", 30)
    words = well_formed(ended, value)
    assert "its exception, owned by carol@example.com, ended at " in words


def soon(seconds):
    end = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds)
    return end.strftime("%Y-%m-%dT%H:%M:%SZ")


def test_an_exception_for_too_long_or_for_nothing_is_refused(kubectl, namespace):
    assert well_formed(kubectl.write(exception("long", namespace, days(200), rule="x"))).startswith(
        "spec.expiresAt: is more than 90 days ahead")
    assert not kubectl.write(exception("all", namespace, days(2))).ok


def test_an_old_object_with_a_literal_stays_usable(stack, kubectl):
    space = stack.namespace()
    value, env = literal()
    stack.webhook.stop()
    try:
        assert kubectl.write(deployment("old", space, env)).ok
    finally:
        stack.webhook.start()
        stack.wait_ready()
    assert kubectl.run("scale", "deployment", "old", "-n", space, "--replicas=2").ok
    assert kubectl.run("label", "deployment", "old", "-n", space, "team=payments").ok
    assert kubectl.run("set", "image", "deployment/old", "-n", space, "app=registry.example.com/app:2").ok
    # The controller's pods carry what the template says, and start.
    eventually(lambda: len(kubectl.get("pods", "-n", space)["items"]) >= 2, "pods of the old Deployment", 60)
    other = samples.make("ghp_{alnum:30}{crc32}", 77)
    changed = kubectl.run("set", "env", "deployment/old", "-n", space, f"GITHUB_TOKEN={other}")
    assert "literal credential (" in well_formed(changed, other, value)
    added = kubectl.run("set", "env", "deployment/old", "-n", space, f"SECOND_TOKEN={other}")
    assert "literal credential (" in well_formed(added, other, value)
    bare = pod("bare", space, env)
    assert "literal credential (" in well_formed(kubectl.write(bare), value)


def test_a_forged_owner_reference_makes_nobody_a_controller(stack, kubectl, alice):
    space = stack.namespace()
    value, env = literal()
    thing = pod("forged", space, env, ownerReferences=[
        {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "x", "uid": "11111111-1111-1111-1111-111111111111",
         "controller": True}])
    assert "literal credential (" in well_formed(alice.write(thing), value)


def test_kube_system_is_never_judged(kubectl):
    value, env = literal()
    answer = kubectl.write(pod("system-agent", "kube-system", env), dry_run=True)
    assert "denied the request" not in answer.text
    config = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "x", "namespace": "kube-system"},
              "data": {"API_TOKEN": value}}
    assert kubectl.write(config, dry_run=True).ok


def test_pods_start_while_no_webhook_answers(stack, kubectl):
    space = stack.namespace()
    stack.webhook.stop()
    try:
        assert kubectl.write(pod("meanwhile", space)).ok
        assert kubectl.run("delete", "pod", "meanwhile", "-n", space, "--wait=false").ok
    finally:
        stack.webhook.start()
        stack.wait_ready()
