"""Keys in manifests, as people write them, are refused by kubectl; what only looks like one passes.

The values are made while the test runs, see e2e/lab/samples.py: no file holds one.
"""

import json
import os
import pathlib
import re
import subprocess

import yaml

from lab.cluster import ROOT
from lab.samples import render

HERE = pathlib.Path(__file__).resolve().parent
CLI = os.path.join(ROOT, "build/dev/bin/keysteward")


def manifests(folder):
    return sorted((HERE / folder).glob("*.yaml"))


def scan(text):
    """Findings of the command line tool that deny, and its exit code."""
    done = subprocess.run([CLI, "scan", "-", "--output", "json"], input=text, text=True,
                          capture_output=True, timeout=60)
    answer = json.loads(done.stdout)
    assert answer["errors"] == []
    return [f for f in answer["findings"] if f["severity"] == "deny"], done.returncode


def parts_of(values):
    """No line of a message may hold a value, nor what is recognisably a piece of one."""
    for value in values:
        for word in re.split(r"[\s:/@=,\"']+", value):
            if len(word) >= 12 and not word.endswith(".com"):
                yield word[-12:]


def told(cluster, namespace):
    events = cluster.get("events.events.k8s.io", namespace="default")["items"]
    return [e for e in events
            if e["reason"] == "ManifestsRefused" and e["regarding"]["name"] == namespace]


def test_deny_literal(cluster, namespace):
    refused, passes = manifests("refused"), manifests("passes")
    assert len(refused) >= 30 and len(passes) >= 10
    # 1. Every manifest with a key is refused: which object, which field, what to do; never the value.
    for number, file in enumerate(refused):
        text, values = render(file.read_text(), seed=number * 100)
        done = cluster.apply(text, namespace=namespace, check=False)
        assert done.returncode != 0, f"{file.name} was accepted"
        words = done.stderr.partition("denied the request: ")[2].strip()
        lines = words.splitlines()
        assert len(lines) == 3, f"{file.name}: {done.stderr}"
        assert ": literal credential (" in lines[0], file.name
        assert lines[1].startswith("Fix: declare a ManagedCredential "), file.name
        # 2. The command line tool says the same of the file, word for word.
        findings, code = scan(text)
        assert code == 1, file.name
        finding = next((f for f in findings if f["message"] == lines[0]), None)
        assert finding, f"{file.name}: {lines[0]!r} is not among {findings}"
        assert finding["fix"] == lines[1]
        thing = finding["object"]
        assert lines[2].startswith(f"In {thing['kind']} {namespace}/{thing['name']}"), lines[2]
        for part in parts_of(values):
            assert part not in words, f"{file.name}: the message repeats a part of the value"
    # 3. What was innocent in those files is there, and nothing else.
    stored = cluster.get("configmaps,pods,deployments,statefulsets,daemonsets,jobs,cronjobs,"
                         "replicasets,services,ingresses,podtemplates", namespace=namespace)
    names = {item["metadata"]["name"] for item in stored["items"]}
    assert names == {"kube-root-ca.crt", "first", "third", "listed"}
    # 4. What only looks like a key passes, here and there, without a warning about literals.
    for number, file in enumerate(passes):
        text, _ = render(file.read_text(), seed=number * 100)
        done = cluster.kubectl("-n", namespace, "apply", "--dry-run=server", "-f", "-", stdin=text,
                               check=False)
        assert done.returncode == 0, f"{file.name}: {done.stderr}"
        assert "literal credential" not in done.stderr, f"{file.name}: {done.stderr}"
        assert scan(text) == ([], 0), file.name
    # 5. The same key arrives by every verb: it is the object that counts, not the way.
    cluster.apply(yaml.safe_dump(plain_deployment()), namespace=namespace)
    [path] = [file for file in refused if file.stem == "pod-env-payment-key"]
    text, [value] = render(path.read_text())
    for arguments in (
            ("set", "env", "deployment/plain", f"STRIPE_SECRET_KEY={value}"),
            ("create", "configmap", "quick", f"--from-literal=stripe_secret_key={value}"),
            ("annotate", "deployment/plain", f"example.com/stripe-key={value}"),
            ("run", "quick", "--image=registry.example.com/app:1", f"--env=KEY={value}")):
        done = cluster.kubectl("-n", namespace, *arguments, check=False)
        assert done.returncode != 0 and "stripe-secret-key" in done.stderr, done.stderr
    # 6. All of that is one Event about the namespace from each replica that refused something.
    cluster.wait_until("people are told", lambda: told(cluster, namespace))
    assert len(told(cluster, namespace)) <= 2


def plain_deployment():
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "plain"},
            "spec": {"replicas": 0, "selector": {"matchLabels": {"app": "plain"}},
                     "template": {"metadata": {"labels": {"app": "plain"}},
                                  "spec": {"containers": [{"name": "app",
                                                           "image": "keysteward-test:dev"}]}}}}
