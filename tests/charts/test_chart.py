"""The chart without a cluster: what it renders, what it refuses, what it must never contain."""

import json
import os
import shutil
import subprocess

import pytest
import yaml

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
CHART = os.path.join(ROOT, "charts/keysteward")
CACHE = os.environ.get("XDG_CACHE_HOME", os.path.expanduser("~/.cache"))


def helm_program(version):
    found = shutil.which(f"helm{version}")
    tools = os.path.join(CACHE, "keysteward/tools")
    for folder in sorted(os.listdir(tools)) if os.path.isdir(tools) else []:
        for path, _, names in os.walk(os.path.join(tools, folder)):
            if f"helm{version}" in names:
                found = os.path.join(path, f"helm{version}")
    return found


def template(*settings, version=4):
    program = helm_program(version)
    if not program:
        pytest.skip(f"helm{version} is not set up: run scripts/setup --cluster")
    sets = [argument for setting in settings for argument in ("--set", setting)]
    return subprocess.run([program, "template", "keysteward", CHART, "-n", "keysteward-system",
                           "--kube-version", "1.34.0", *sets], capture_output=True, text=True,
                          timeout=60)


def rendered(*settings, version=4):
    done = template(*settings, version=version)
    assert done.returncode == 0, done.stderr
    return [document for document in yaml.safe_load_all(done.stdout) if document]


def of_kind(documents, kind):
    return [document for document in documents if document["kind"] == kind]


@pytest.mark.parametrize("version", [3, 4])
def test_renders_with_no_values_and_no_cluster(version):
    documents = rendered(version=version)
    assert len(of_kind(documents, "CustomResourceDefinition")) == 7
    assert {d["metadata"]["name"] for d in of_kind(documents, "Deployment")} == {
        "keysteward-operator", "keysteward-webhook"}


def test_two_renders_are_equal():
    assert template().stdout == template().stdout


def test_roles_have_no_wildcards():
    for kind in ("ClusterRole", "Role"):
        for role in of_kind(rendered(), kind):
            for rule in role["rules"]:
                assert "*" not in rule["apiGroups"] + rule["resources"] + rule["verbs"], role


def test_no_role_of_people_reaches_issuers_or_status_by_aggregation():
    for role in of_kind(rendered(), "ClusterRole"):
        labels = role["metadata"]["labels"]
        if not any("aggregate-to" in label for label in labels):
            continue
        for rule in role["rules"]:
            assert not any(r.endswith("/status") for r in rule["resources"])
            if "credentialissuers" in rule["resources"]:
                assert set(rule["verbs"]) <= {"get", "list", "watch"}
            assert "secrets" not in rule["resources"]


def test_pods_satisfy_the_restricted_standard():
    for deployment in of_kind(rendered(), "Deployment"):
        pod = deployment["spec"]["template"]["spec"]
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        for container in pod["containers"]:
            security = container["securityContext"]
            assert security["allowPrivilegeEscalation"] is False
            assert security["readOnlyRootFilesystem"] is True
            assert security["capabilities"] == {"drop": ["ALL"]}


def test_no_ca_bundle_is_rendered_and_system_namespaces_are_left_out():
    for kind in ("ValidatingWebhookConfiguration", "MutatingWebhookConfiguration"):
        for hook in of_kind(rendered(), kind)[0]["webhooks"]:
            assert "caBundle" not in hook["clientConfig"]
            assert hook["sideEffects"] == "None"
            assert hook["timeoutSeconds"] == 3
            resources = hook["rules"][0]["resources"]
            if "pods" in resources:
                values = hook["namespaceSelector"]["matchExpressions"][0]["values"]
                assert {"kube-system", "keysteward-system"} <= set(values)
                assert hook["failurePolicy"] == "Ignore"


def test_crds_are_kept_by_default_and_can_be_left_out():
    for crd in of_kind(rendered(), "CustomResourceDefinition"):
        assert crd["metadata"]["annotations"]["helm.sh/resource-policy"] == "keep"
        assert len(json.dumps(crd)) < 200_000
    assert of_kind(rendered("crds.enabled=false"), "CustomResourceDefinition") == []


def test_one_replica_has_no_disruption_budget():
    names = {d["metadata"]["name"] for d in of_kind(
        rendered("replicaCount=1", "webhook.replicaCount=1"), "PodDisruptionBudget")}
    assert names == set()


@pytest.mark.parametrize("setting, field", [
    ("replicaCount=0", "replicaCount"),
    ("replicaCount=two", "replicaCount"),
    ("image.repo=x", "repo"),
    ("image.pullPolicy=Sometimes", "pullPolicy"),
    ("image.digest=latest", "digest"),
    ("crds.keeep=true", "keeep"),
    ("crds.enabled=maybe", "enabled"),
    ("issuers.allowedHosts[0].hots=x", "hots"),
    ("issuers.allowedHosts[0].host=HTTPS://x", "host"),
    ("issuers.allowedHosts[0].allowPrivate=yes please", "allowPrivate"),
    ("kubelet.secretStaleness=soon", "secretStaleness"),
    ("restarts.cluster=0", "cluster"),
    ("logging.level=loud", "level"),
    ("logging.format=xml", "format"),
    ("webhook.failurePolicy=Open", "failurePolicy"),
    ("webhook.timeoutSeconds=60", "timeoutSeconds"),
    ("webhook.port=443", "port"),
    ("webhook.excludeNamespace=x", "excludeNamespace"),
    ("operator.resource=x", "resource"),
    ("networkPolicy.providerCIDRs[0]=10.0.0.1", "providerCIDRs"),
    ("rbac.userRole=true", "userRole"),
])
def test_a_wrong_value_is_refused_with_its_path(setting, field):
    done = template(setting)
    assert done.returncode != 0, f"{setting} was accepted"
    assert field in done.stderr
