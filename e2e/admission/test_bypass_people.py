"""Attempts by labels, exceptions, policies and names of users: B09–B12 of docs/threats.md."""

import json
import time

import pytest

from admission_stack import OPERATOR, SYSTEM, deployment, eventually, pod, well_formed
from bearers import bearer, key, literal_env, refused_both
from lab import program
from test_admission_manifests import exception, soon

RS = {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "x", "controller": True,
      "uid": "11111111-1111-1111-1111-111111111111"}


def space_named(name, **labels):
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}}


def test_b09_a_namespace_is_not_born_exempt(people):
    for word in ("off", "warn", "audit", "deny"):
        thing = space_named("adm-born-exempt", **{"keysteward.dev/enforce": word})
        words = refused_both(lambda dry, t=thing: people["user"].create(t, dry))
        assert "needs the verb enforce" in words


def test_b09_the_label_is_guarded_however_it_is_written(stack, people):
    space = space_named(stack.namespace())
    off = {"metadata": {"labels": {"keysteward.dev/enforce": "off"}}}
    pointer = [{"op": "add", "path": "/metadata/labels/keysteward.dev~1enforce", "value": "off"}]
    for kind, body in (("merge", off), ("strategic", off), ("json", pointer),
                       ("apply", space_named(space["metadata"]["name"], **off["metadata"]["labels"]))):
        refused_both(lambda dry, k=kind, b=body: people["user"].patch(space, k, b, dry))
    refused_both(lambda dry: people["user"].replace(
        space_named(space["metadata"]["name"], **off["metadata"]["labels"]), dry))


@pytest.mark.parametrize("forged", [
    {"keysteward.dev/enforce": "Off"}, {"keysteward.dev/enforce": "OFF"}, {"keysteward.dev/enforce": "none"},
    {"Keysteward.dev/enforce": "off"}, {"keysteward.dev/Enforce": "off"}, {"keysteward.dev/enforce.": "off"},
    {"enforce": "off"}, {"kubernetes.io/metadata.name": "kube-system"}])
def test_b09_a_label_that_only_looks_like_it_exempts_nobody(forged, stack, api):
    space = stack.namespace()
    api.patch(space_named(space), "merge", {"metadata": {"labels": forged}})
    value = key()
    end = time.monotonic() + 2  # longer than the webhook needs to hear of a label
    while time.monotonic() < end:
        well_formed(api.create(pod("x", space, literal_env(value)["env"]), dry_run=True), value)
        time.sleep(0.2)


def test_b09_taken_away_and_born_again_a_namespace_is_judged(stack, api, people):
    space = stack.namespace(keysteward__placeholder="x")
    thing, value = space_named(space), key()
    guilty = pod("x", space, literal_env(value)["env"])
    assert api.patch(thing, "merge", {"metadata": {"labels": {"keysteward.dev/enforce": "off"}}}).ok
    eventually(lambda: api.create(guilty, dry_run=True).ok, "off counts", 20)
    well_formed(people["user"].patch(thing, "merge", {"metadata": {"labels": {"keysteward.dev/enforce": "warn"}}}))
    api.delete(thing)
    eventually(lambda: api.call("GET", f"/api/v1/namespaces/{space}").status == 404, "the namespace is gone", 60)
    assert people["user"].create(thing).ok
    eventually(lambda: api.get({"apiVersion": "v1", "kind": "ServiceAccount",
                                "metadata": {"name": "default", "namespace": space}}), "service account", 20)
    eventually(lambda: not api.create(guilty, dry_run=True).ok, "the new one is judged", 20)


@pytest.fixture(scope="module")
def blind(stack):
    """A webhook that may read its certificate and nothing else: its caches never fill."""
    kubectl = stack.kubectl
    kubectl.run("create", "serviceaccount", "blind-webhook", "-n", SYSTEM)
    kubectl.run("create", "role", "blind-webhook", "-n", SYSTEM, "--verb=get,list,watch", "--resource=secrets")
    kubectl.run("create", "rolebinding", "blind-webhook", "-n", SYSTEM, "--role=blind-webhook",
                f"--serviceaccount={SYSTEM}:blind-webhook")
    config = program.account_kubeconfig(stack.cluster, SYSTEM, "blind-webhook", stack.folder)
    port, metrics = program.free_port(), program.free_port()
    command = [stack.webhook.command[0], "--kubeconfig", config, "--namespace", SYSTEM, "--bind-address",
               "127.0.0.1", "--port", port, "--metrics-address", "127.0.0.1", "--metrics-port", metrics]
    process = program.Program(command, stack.folder / "blind.log")
    process.start()
    yield stack.review(port), metrics
    process.stop()


def test_b10_a_webhook_that_knows_nothing_is_not_ready_and_denies(blind, namespace):
    """It gets no request from the API server, since it is no endpoint while it is not ready; who asks
    it all the same gets the strictest answer."""
    review, metrics = blind
    value = key()
    answer = eventually(lambda: review.try_post(pod("x", namespace, literal_env(value)["env"])), "it serves", 30)
    assert answer["response"]["allowed"] is False
    assert not program.is_ready(metrics)
    unknown = pod("x", "namespace-nobody-heard-of", literal_env(value)["env"])
    assert review.try_post(unknown)["response"]["allowed"] is False


@pytest.fixture(scope="module")
def waived(stack, api):
    """A namespace with an exception for one rule of one object, and the denied object."""
    space, value = stack.namespace(), key()
    thing = deployment("legacy", space, literal_env(value)["env"])
    rule = well_formed(api.create(thing)).partition("literal credential (")[2].partition(")")[0]
    assert api.create(exception("legacy", space, soon(3600), rule=rule, name="legacy", kind="Deployment")).ok
    eventually(lambda: api.create(thing, dry_run=True).ok, "the exception counts", 12)
    return space, thing, value, rule


@pytest.mark.parametrize("who", ["admin", "user", "controller"])
def test_b11_an_exception_covers_what_it_names_and_nothing_else(who, waived, people, stack):
    space, thing, value, _ = waived
    client = people[who]
    assert client.create(thing, dry_run=True).ok
    elsewhere = json.loads(json.dumps(thing).replace(space, stack.namespace()))
    refused_both(lambda dry: client.create(elsewhere, dry), value)
    for other in ("legacy-2", "legac", "x-legacy"):
        renamed = deployment(other, space, literal_env(value)["env"])
        refused_both(lambda dry, t=renamed: client.create(t, dry), value)
    drawn = {**thing, "metadata": {"generateName": "legacy", "namespace": space}}
    well_formed(client.create(drawn), value)
    kind = bearer("StatefulSet", "legacy", space, thing["spec"]["template"]["spec"])
    refused_both(lambda dry: client.create(kind, dry), value)


def test_b11_a_weaker_exception_in_front_hides_no_stronger_answer(stack, api):
    """Neither an ended one nor one for another rule, whatever their order."""
    space, value = stack.namespace(), key()
    thing = deployment("legacy", space, literal_env(value)["env"])
    rule = well_formed(api.create(thing)).partition("literal credential (")[2].partition(")")[0]
    assert api.create(exception("aaa-other-rule", space, soon(3600), rule="some-other-rule")).ok
    assert api.create(exception("bbb-other-name", space, soon(3600), rule=rule, name="other")).ok
    assert api.create(exception("ccc-ends-at-once", space, soon(3), rule=rule)).ok
    eventually(lambda: api.create(thing, dry_run=True).ok, "the short one counts", 12)
    ended = eventually(lambda: (lambda r: r if not r.ok else None)(api.create(thing, dry_run=True)), "it ended", 12)
    assert "its exception, owned by carol@example.com, ended at " in well_formed(ended, value)


def policy(name, labels, **spec):
    return {"apiVersion": "keysteward.dev/v1alpha1", "kind": "CredentialPolicy", "metadata": {"name": name},
            "spec": {"namespaceSelector": {"matchLabels": labels}, **spec}}


def test_b11_of_several_policies_the_strictest_counts(stack, api):
    space, value = stack.namespace(tier=f"x{time.time_ns()}"), key()
    labels = {"tier": api.call("GET", f"/api/v1/namespaces/{space}").body["metadata"]["labels"]["tier"]}
    lax, strict = policy(f"a-{space}", labels, action="Audit"), policy(f"b-{space}", labels, action="Deny")
    thing = pod("x", space, literal_env(value)["env"])
    try:
        assert api.create(lax).ok
        eventually(lambda: api.create(thing, dry_run=True).ok, "the lax one counts", 12)
        assert api.create(strict).ok
        eventually(lambda: not api.create(thing, dry_run=True).ok, "the strict one counts", 12)
    finally:
        api.delete(lax)
        api.delete(strict)


BUILT_IN = "system:serviceaccount:kube-system:replicaset-controller"
IMPOSTORS = [
    "system:serviceaccount:default:replicaset-controller", "system:serviceaccount:kube-system:replicaset-controller2",
    "system:serviceaccount:kube-system:Replicaset-controller", "System:serviceaccount:kube-system:replicaset-controller",
    "xsystem:serviceaccount:kube-system:replicaset-controller", f"{BUILT_IN}:x",
    "system:serviceaccount:kube-systemx:replicaset-controller", "system:serviceaccount:kube-system:default",
    "system:serviceaccount::replicaset-controller", "replicaset-controller", "system:kube-controller-manager2",
    "system:kube-scheduler", "system:node:node-1", "system:anonymous", "kubernetes-admin"]


@pytest.mark.parametrize("user", IMPOSTORS)
def test_b12_a_name_like_a_controllers_makes_no_controller(user, api, namespace):
    value = key()
    client = api.as_user(user, "system:masters", "system:serviceaccounts", "system:serviceaccounts:kube-system")
    thing = pod("impostor", namespace, literal_env(value)["env"], ownerReferences=[RS])
    refused_both(lambda dry: client.create(thing, dry), value)


def test_b12_neither_group_nor_extra_makes_a_controller(api, namespace):
    value = key()
    thing = pod("impostor", namespace, literal_env(value)["env"], ownerReferences=[RS])
    spoofed = api.as_user("mallory", "system:masters", BUILT_IN, OPERATOR, "system:kube-controller-manager",
                          username=BUILT_IN)
    refused_both(lambda dry: spoofed.create(thing, dry), value)


@pytest.mark.parametrize("owner", [
    {"apiVersion": "apps/v1", "kind": "ReplicaSet", "controller": False},
    {"apiVersion": "example.com/v1", "kind": "ReplicaSet", "controller": True},
    {"apiVersion": "apps.example.com/v1", "kind": "Deployment", "controller": True},
    {"apiVersion": "v1", "kind": "Node", "controller": True}])
def test_b12_a_controller_needs_an_owner_that_is_judged(owner, people, namespace):
    value = key()
    reference = {"name": "x", "uid": RS["uid"], **owner}
    thing = pod("orphan", namespace, literal_env(value)["env"], ownerReferences=[reference])
    refused_both(lambda dry: people["built-in"].create(thing, dry), value)


@pytest.mark.parametrize("user", [f"{OPERATOR}:x", f"{OPERATOR}2", OPERATOR.upper(), OPERATOR.replace(SYSTEM, "default"),
                                  OPERATOR.replace("operator", "webhook")])
def test_b12_a_name_like_the_operators_is_not_the_operator(user, api, namespace):
    value = key()
    client = api.as_user(user, "system:masters")
    thing = deployment("impostor", namespace, literal_env(value)["env"])
    refused_both(lambda dry: client.create(thing, dry), value)
