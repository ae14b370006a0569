"""Pods that name a credential in an annotation get it, as variables or as files."""

import json

from lab.shell import Failed


def pod(name, as_what):
    return json.dumps({
        "apiVersion": "v1", "kind": "Pod",
        "metadata": {"name": name, "annotations": {
            "keysteward.dev/inject": "stripe-live", "keysteward.dev/inject-as": as_what}},
        "spec": {"containers": [{
            "name": "app", "image": "keysteward-test:dev", "command": ["/usr/bin/consumer"],
            "args": ["--provider=https://keyserver.keyserver.svc:8443",
                     "--ca-file=/etc/keyserver-ca/ca.pem",
                     "--key-env=API_KEY" if as_what == "env" else
                     "--key-file=/var/run/keysteward/stripe-live/API_KEY"],
            "readinessProbe": {"httpGet": {"path": "/readyz", "port": 8080}, "periodSeconds": 1},
            "volumeMounts": [{"name": "ca", "mountPath": "/etc/keyserver-ca"}]}],
            "volumes": [{"name": "ca", "configMap": {"name": "keyserver-ca"}}]}})


def created(space, text):
    """Creates it as a controller would. Only a call that the API server itself says it did not get an
    answer to excuses a pod that was refused because it was not injected."""
    unasked = space.cluster.admitted_unasked("pods.keysteward.dev")
    done = space.cluster.apply(text, namespace=space.name, check=False)
    if done.returncode == 0:
        return True
    if (space.cluster.admitted_unasked("pods.keysteward.dev") == unasked
            or "InjectionMissing" not in done.stderr):
        raise Failed(done.stderr, done.returncode)
    return False


def test_inject_env_and_file(space):
    # 1. A key, and an application that only makes the CA known in this namespace.
    space.declare()
    space.run_application(replicas=0)
    # 2. One pod wants variables, one wants files; neither names a Secret.
    for name, as_what in (("by-env", "env"), ("by-file", "file")):
        space.cluster.wait_until(f"{name} is created", lambda text=pod(name, as_what): created(
            space, text), timeout=30)
    # 3. Both start, call the provider with the key and become ready.
    for name in ("by-env", "by-file"):
        space.kubectl("wait", "--for=condition=Ready", f"pod/{name}", "--timeout=60s")
        stamped = space.get("pod", name)["metadata"]["annotations"]
        assert stamped["revision.keysteward.dev/stripe-live"] == "1"
    # 4. A name that does not exist is refused with those that do.
    wrong = pod("wrong", "env").replace('"stripe-live"', '"strype-live"')
    done = space.cluster.apply(wrong, namespace=space.name, check=False)
    assert done.returncode != 0 and "there are: stripe-live" in done.stderr
