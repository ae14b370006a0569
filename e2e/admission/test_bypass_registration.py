"""Attempts on the way between API server and webhook: B20–B23 and B32 of docs/threats.md. Those on the
registration itself are in test_bypass_installation.py."""

import copy
import json
import os
import signal
import ssl
import subprocess
import time

import pytest

from admission_stack import SYSTEM, credential, eventually, from_secret, generated_issuer, pod, secret, well_formed
from bearers import key, literal_env, refused_both
from lab import program
from lab.certificates import make_certificate
from lab.second_webhook import SecondWebhook


class Frozen:
    """The webhook accepts connections and answers nothing, as behind a black hole."""

    def __init__(self, stack):
        self.stack = stack

    def __enter__(self):
        os.kill(self.stack.webhook.pid, signal.SIGSTOP)

    def __exit__(self, *_):
        os.kill(self.stack.webhook.pid, signal.SIGCONT)
        self.stack.wait_ready()


@pytest.mark.parametrize("who", ["admin", "user", "controller"])
def test_b20_our_own_kinds_are_not_written_while_nobody_looks(who, stack, people, namespace):
    with Frozen(stack):
        begun = time.monotonic()
        for dry_run in (True, False):
            reply = people[who].create(credential(f"unseen-{who}", namespace), dry_run)
            assert not reply.ok and "failed calling webhook" in reply.text or reply.status == 403, reply
        assert time.monotonic() - begun < 10, "each attempt ends with the timeout of 3 s"
        system = pod("agent", "kube-system")
        assert people["admin"].create(system, dry_run=True).ok, "the cluster itself goes on"


def test_b20_with_the_policy_fail_nothing_is_written_while_nobody_looks(stack, kubectl, people, namespace):
    """And with Ignore, the default, pods are: docs/admission.md says so."""
    def set_policy(policy):
        # As an upgrade does it: what is declared and what is registered.
        program.install(stack.cluster, SYSTEM, stack.release(f"webhook.failurePolicy={policy}"))

    def refused():
        return "failed calling webhook" in people["user"].create(thing, dry_run=True).text

    thing = pod("frozen", namespace)
    with Frozen(stack):
        assert people["user"].create(thing, dry_run=True).ok
    set_policy("Fail")
    try:
        with Frozen(stack):
            # The API server hears of it by its own watch.
            eventually(refused, "the policy Fail is in force")
            for who in ("admin", "user", "controller"):
                reply = people[who].create(thing, dry_run=True)
                assert "failed calling webhook" in reply.text, reply
            assert people["admin"].create(pod("agent", "kube-system"), dry_run=True).ok
    finally:
        set_policy("Ignore")
        with Frozen(stack):
            eventually(lambda: not refused(), "the policy Ignore is in force again")


def test_b21_a_service_that_leads_elsewhere_gets_no_verdict_believed(stack, api, people, namespace, tmp_path):
    """Whoever takes over the Service has no certificate of ours: the call fails, so our own kinds
    stay shut."""
    thing = credential("hijacked", namespace)
    with SecondWebhook(stack.cluster, tmp_path, namespace, []) as stranger:
        port = stranger.server.server_address[1]
        stack.cluster.tool("host-service", "--namespace", SYSTEM, "keysteward-webhook", "443", str(port))
        try:
            # Kept connections to the real webhook may serve a while.
            stack.webhook.stop()
            reply = eventually(lambda: (lambda r: r if "failed calling webhook" in r.text else None)(
                people["user"].create(thing, dry_run=True)), "the stranger is not believed", 20)
            assert "certificate" in reply.text or "x509" in reply.text, reply
        finally:
            stack.cluster.tool("host-service", "--namespace", SYSTEM, "keysteward-webhook", "443", str(stack.port))
            stack.webhook.start()
            stack.wait_ready()


@pytest.fixture(scope="module")
def space(stack, api):
    name = stack.namespace()
    assert api.create(generated_issuer(name)).ok
    assert api.create(credential("smtp", name)).ok
    path = f"/apis/keysteward.dev/v1alpha1/namespaces/{name}/managedcredentials/smtp"
    eventually(lambda: api.call("GET", path).body["status"].get("settledRevision"), "the first delivery")
    return name


def asking(space, names="smtp", **more):
    return pod("asking", space, annotations={"keysteward.dev/inject": names, **more})


def test_b22_a_webhook_after_ours_cannot_undo_an_injection(stack, people, space, tmp_path):
    eventually(lambda: people["admin"].create(asking(space), dry_run=True).ok, "the credential is known", 20)

    def undo(thing):
        return [{"op": "remove", "path": "/spec/containers/0/env"}] if thing["spec"]["containers"][0].get("env") else []

    with SecondWebhook(stack.cluster, tmp_path, space, undo) as second:
        for who in ("admin", "user", "controller"):
            reply = eventually(lambda w=who: (lambda r: r if not r.ok else None)(
                people[w].create(asking(space), dry_run=True)), "it is called", 10)
            assert "the credential was not injected" in well_formed(reply)
        assert second.calls >= 2


def test_b22_a_webhook_after_ours_cannot_add_a_key(stack, people, space, tmp_path):
    value = key()
    addition = [{"op": "add", "path": "/spec/containers/0/env", "value": literal_env(value)["env"]}]
    with SecondWebhook(stack.cluster, tmp_path, space, addition):
        for who in ("admin", "user", "controller"):
            eventually(lambda w=who: people[w].create(pod("added", space), dry_run=True).refusal, "it is called", 10)
            refused_both(lambda dry, w=who: people[w].create(pod("added", space), dry), value)


HOSTILE = ["../smtp", "a~1b", "~0", "smtp/../../x", 'smtp","op":"add', "smtp\u202e", "*", "x" * 300, "smtp,~", "-", "0",
           "/metadata/labels", "${smtp}", "{{smtp}}"]


@pytest.mark.parametrize("names", HOSTILE)
def test_b23_no_name_becomes_a_path_of_a_patch(names, people, space):
    for who in ("admin", "user", "controller"):
        words = refused_both(lambda dry, w=who: people[w].create(asking(space, names), dry))
        assert "is no ManagedCredential of namespace" in words


def test_b23_a_mutation_touches_our_paths_alone(people, space):
    asked = asking(space, **{"example.com/a.1b": "x~1/../", "example.com/0": "~0"})
    asked["spec"]["containers"].append({"name": "b", "image": "registry.example.com/b:1", "env": [
        {"name": "A~1B/../~0", "value": "c"}]})
    plain = copy.deepcopy(asked)
    del plain["metadata"]["annotations"]["keysteward.dev/inject"]
    with_it = eventually(lambda: (lambda r: r if r.ok else None)(people["user"].create(asked, dry_run=True)), "known", 20)
    without = people["user"].create(plain, dry_run=True)
    made, base = with_it.body, without.body
    for container in made["spec"]["containers"]:
        added = container["env"].pop()
        assert added["valueFrom"]["secretKeyRef"]["name"] == "smtp"
        container["env"] or container.pop("env")
    made["metadata"]["annotations"] = {k: v for k, v in made["metadata"]["annotations"].items()
                                       if "keysteward.dev/" not in k}
    # The service account's volume has a drawn name.
    text = json.dumps(made["spec"]).replace(drawn(made), "T")
    assert text == json.dumps(base["spec"]).replace(drawn(base), "T")
    assert made["metadata"]["annotations"] == base["metadata"].get("annotations")


def drawn(thing):
    return next(v["name"] for v in thing["spec"]["volumes"] if v["name"].startswith("kube-api-access-"))


def handshake(stack, *arguments):
    return subprocess.run(
        ["openssl", "s_client", "-connect", f"127.0.0.1:{stack.port}", *arguments], stdin=subprocess.DEVNULL,
        capture_output=True, text=True, timeout=20)


def test_b32_a_stranger_gets_an_answer_and_nothing_else(stack, api, namespace):
    """Kubernetes shows a webhook no client certificate unless an admission configuration file says
    so; so anybody who reaches the port may ask. docs/security.md: nothing of it lasts."""
    review, value = stack.review(), key()
    guilty = pod("direct", namespace, literal_env(value)["env"])
    answer = review.post(guilty, user="system:masters")
    assert answer["response"]["allowed"] is False
    assert value not in json.dumps(answer)
    # What is allowed to a stranger is written nowhere, and names of Secrets cannot be read out.
    assert review.post(pod("direct", namespace))["response"]["allowed"] is True
    assert api.get(guilty) is None
    for path in ("/metrics", "/healthz", "/readyz", "/debug/pprof", "/", "/validate"):
        assert review.send("{}", path)[0] == 404, path
    assert review.send("{}", "/validate/manifests/../../metrics")[0] == 400
    assert review.send("", method="GET")[0] == 405


def test_b32_through_the_api_servers_proxy_it_is_no_other(stack, people):
    """Who may not use services/proxy does not reach it that way either."""
    path = f"/api/v1/namespaces/{SYSTEM}/services/https:keysteward-webhook:443/proxy/validate/manifests"
    stranger = people["admin"].as_user("mallory")
    assert stranger.call("POST", path, "{}").status == 403


@pytest.mark.parametrize("version", ["-tls1", "-tls1_1", "-no_tls1_3 -cipher AES128-SHA -tls1_2"])
def test_b32_an_old_handshake_is_refused(version, stack):
    done = handshake(stack, *version.split())
    assert "Cipher is (NONE)" in done.stdout or done.returncode != 0


def test_b32_a_client_knows_the_real_webhook_by_its_certificate(stack, tmp_path):
    make_certificate(tmp_path, "keysteward-webhook.keysteward-system.svc")
    foreign = ssl.create_default_context(cafile=tmp_path / "ca.pem")
    client = stack.review()
    client.tls = foreign
    with pytest.raises(OSError, match="CERTIFICATE_VERIFY_FAILED|verify failed"):
        client.send("{}")


def test_b32_existence_of_secrets_is_not_told_to_strangers_who_may_not_know(stack, api, namespace):
    """It is: a verdict on a reference says whether the Secret is there, which the same person learns
    by creating a pod. No annotation and no value is told. docs/threats.md says so."""
    assert api.create(secret("quiet", namespace, owner="payments-team-7")).ok
    review = stack.review()
    asked = pod("direct", namespace, [from_secret("quiet")])
    answer = eventually(lambda: (lambda a: a if a["response"]["allowed"] is False else None)(review.post(asked)), "known", 20)
    assert "payments-team-7" not in json.dumps(answer)
