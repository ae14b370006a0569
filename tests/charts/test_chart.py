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


def wanted(documents):
    """What the operator compares with: the entries of ConfigMap …-wanted, as data."""
    [config] = [d for d in of_kind(documents, "ConfigMap") if d["metadata"]["name"].endswith("-wanted")]
    return {name: json.loads(text) for name, text in config["data"].items()}


def named(documents, kind, name):
    [found] = [d for d in of_kind(documents, kind) if d["metadata"]["name"] == name]
    return found


@pytest.mark.parametrize("version", [3, 4])
@pytest.mark.parametrize("settings", [(), ("report.enabled=true", "nameOverride=ks", "commonLabels.team=a",
                                           "webhook.failurePolicy=Fail", "webhook.secretMetadata=true",
                                           "webhook.customResources[0].apiGroups={argoproj.io}",
                                           "webhook.customResources[0].resources={applications}")])
def test_what_the_operator_compares_with_is_what_the_chart_installs(settings, version):
    documents = rendered(*settings, version=version)
    name = "ks" if settings else "keysteward"
    declared = wanted(documents)
    for entry, kind in (("validating", "ValidatingWebhookConfiguration"),
                        ("mutating", "MutatingWebhookConfiguration")):
        [installed] = of_kind(documents, kind)
        assert declared[entry]["webhooks"] == installed["webhooks"]
        metadata = declared[entry]["metadata"]
        # So that Helm takes over what was made again.
        assert metadata.pop("annotations") == {"meta.helm.sh/release-name": "keysteward",
                                               "meta.helm.sh/release-namespace": "keysteward-system"}
        assert metadata == installed["metadata"]
    assert declared["service"]["spec"] == named(documents, "Service", f"{name}-webhook")["spec"]
    assert declared["clusterRules"] == named(documents, "ClusterRole", f"{name}-operator")["rules"]
    assert declared["namespaceRules"] == named(documents, "Role", f"{name}-operator")["rules"]
    assert f"--wanted-config-map={name}-wanted" in named(documents, "Deployment", f"{name}-operator")[
        "spec"]["template"]["spec"]["containers"][0]["args"]


def test_without_a_webhook_nothing_is_declared_to_be_registered():
    documents = rendered("webhook.enabled=false")
    assert set(wanted(documents)) == {"clusterRules", "namespaceRules"}
    assert verbs_of_operator("validatingwebhookconfigurations", "webhook.enabled=false") == [
        (["keysteward"], ["get", "patch"])]


def test_the_operator_may_make_registrations_only_where_it_is_to_restore_them():
    kind = "mutatingwebhookconfigurations"
    assert verbs_of_operator(kind) == [([], ["create"]), (["keysteward"], ["get", "patch"])]
    assert verbs_of_operator("clusterroles") == [(["keysteward-operator"], ["get"])]
    off = "webhook.restoreRegistration=false"
    assert verbs_of_operator(kind, off) == [(["keysteward"], ["get", "patch"])]
    assert verbs_of_operator("clusterroles", off) == []
    assert "--no-restore-registration" in arguments_of_operator(off)
    assert "--no-restore-registration" not in arguments_of_operator()
    assert "--no-restore-registration" not in arguments_of_operator("webhook.restoreRegistration=null")


def test_two_renders_are_equal():
    assert template().stdout == template().stdout


def test_roles_have_no_wildcards():
    for kind in ("ClusterRole", "Role"):
        for role in of_kind(rendered(), kind):
            for rule in role["rules"]:
                assert "*" not in rule["apiGroups"] + rule["resources"] + rule["verbs"], role


def test_the_operator_may_look_at_one_definition_and_change_none():
    """A credential that goes with its kind keeps its key: so the operator must see the kind go."""
    rules = [rule for kind in ("ClusterRole", "Role") for role in of_kind(rendered(), kind)
             if role["metadata"]["name"] == "keysteward-operator" for rule in role["rules"]
             if "customresourcedefinitions" in rule["resources"]]
    assert rules == [{"apiGroups": ["apiextensions.k8s.io"],
                      "resources": ["customresourcedefinitions"],
                      "resourceNames": ["managedcredentials.keysteward.dev"], "verbs": ["get"]}]


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
    documents = rendered()
    for workload in of_kind(documents, "Deployment") + of_kind(documents, "Job"):
        pod = workload["spec"]["template"]["spec"]
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
            if hook["clientConfig"]["service"]["path"] in ("/validate/manifests", "/mutate/pods",
                                                           "/mutate/workloads"):
                values = hook["namespaceSelector"]["matchExpressions"][0]["values"]
                assert {"kube-system", "keysteward-system"} <= set(values)
                assert hook["failurePolicy"] == "Ignore"


def test_every_kind_that_holds_a_pod_is_judged_once_and_pods_without_a_match_condition():
    judged = {}
    for hook in of_kind(rendered(), "ValidatingWebhookConfiguration")[0]["webhooks"]:
        if hook["clientConfig"]["service"]["path"] == "/validate/manifests":
            for rule in hook["rules"]:
                assert rule["operations"] == ["CREATE", "UPDATE"]
                for resource in rule["resources"]:
                    assert resource not in judged
                    judged[resource] = [each["name"] for each in hook.get("matchConditions", [])]
    for resource in ("pods", "pods/ephemeralcontainers"):
        assert judged.pop(resource) == []
    assert {"replicationcontrollers", "podtemplates", "deployments", "statefulsets", "daemonsets",
            "replicasets", "jobs", "cronjobs"} <= set(judged)
    # The operator writes workloads also while no webhook answers.
    assert set(map(tuple, judged.values())) == {("not-the-operator",)}


def resources_judged(*settings):
    hooks_of = of_kind(rendered(*settings), "ValidatingWebhookConfiguration")[0]["webhooks"]
    return {(group, resource) for hook in hooks_of
            if hook["clientConfig"]["service"]["path"] == "/validate/manifests"
            for rule in hook["rules"] for group in rule["apiGroups"] for resource in rule["resources"]}


def test_gateways_and_routes_are_judged_and_secrets_only_when_asked_for():
    judged = resources_judged()
    assert {("gateway.networking.k8s.io", kind) for kind in ("gateways", "httproutes", "grpcroutes")} <= judged
    assert ("", "secrets") not in judged
    assert ("", "secrets") in resources_judged("webhook.secretMetadata=true")


FLOOR = "webhook.floor.enabled=true"


def test_there_is_no_floor_unless_it_is_asked_for():
    assert of_kind(rendered(), "ValidatingAdmissionPolicy") == []
    assert of_kind(rendered("webhook.floor=null"), "ValidatingAdmissionPolicy") == []
    assert of_kind(rendered(FLOOR, "webhook.enabled=false"), "ValidatingAdmissionPolicy") == []


@pytest.mark.parametrize("version", [3, 4])
def test_each_policy_of_the_floor_is_bound_and_denies_where_the_webhook_would(version):
    documents = rendered(FLOOR, "webhook.excludeNamespaces[0]=mine",
                         "webhook.floor.namespaceSelector.matchLabels.tier=prod", version=version)
    policies = {d["metadata"]["name"]: d["spec"] for d in of_kind(documents, "ValidatingAdmissionPolicy")}
    bindings = of_kind(documents, "ValidatingAdmissionPolicyBinding")
    assert {b["spec"]["policyName"] for b in bindings} == set(policies)
    for binding in bindings:
        assert binding["spec"]["validationActions"] == ["Deny"]
        assert binding["spec"]["matchResources"]["namespaceSelector"] == {"matchLabels": {"tier": "prod"}}
    for spec in policies.values():
        assert spec["failurePolicy"] == "Ignore"
        by_name, by_mode = spec["matchConstraints"]["namespaceSelector"]["matchExpressions"]
        assert {"mine", "keysteward-system"} <= set(by_name["values"]) and by_name["operator"] == "NotIn"
        assert by_mode == {"key": "keysteward.dev/enforce", "operator": "NotIn",
                           "values": ["warn", "audit", "off"]}


def test_the_floor_looks_at_no_kind_that_the_webhook_does_not_judge():
    floor = {(group, resource) for policy in of_kind(rendered(FLOOR), "ValidatingAdmissionPolicy")
             for rule in policy["spec"]["matchConstraints"]["resourceRules"]
             for group in rule["apiGroups"] for resource in rule["resources"]}
    assert floor <= resources_judged()
    assert {("", "pods"), ("apps", "deployments"), ("batch", "cronjobs"), ("", "configmaps")} <= floor


def test_the_floor_says_what_to_do_in_one_line_and_holds_the_generated_expressions():
    with open(os.path.join(CHART, "files/floor.yaml")) as file:
        generated = yaml.safe_load(file)
    for policy in of_kind(rendered(FLOOR), "ValidatingAdmissionPolicy"):
        for validation in policy["spec"]["validations"]:
            # The API server allows no line break here.
            assert ". Fix: " in validation["message"] and "\n" not in validation["message"]
            for expression in [generated["form"], *generated["found"], *generated["absent"]]:
                assert f"r'{expression}'" in validation["expression"]


def test_the_mode_of_a_namespace_is_guarded_in_every_subresource_that_writes_labels():
    for hook in of_kind(rendered(), "ValidatingWebhookConfiguration")[0]["webhooks"]:
        if hook["name"] == "mode.keysteward.dev":
            assert hook["rules"][0]["resources"] == ["namespaces", "namespaces/status", "namespaces/finalize"]
            return
    raise AssertionError("no registration guards the mode")


def test_crds_are_kept_by_default_and_can_be_left_out():
    for crd in of_kind(rendered(), "CustomResourceDefinition"):
        assert crd["metadata"]["annotations"]["helm.sh/resource-policy"] == "keep"
        assert len(json.dumps(crd)) < 200_000
    assert of_kind(rendered("crds.enabled=false"), "CustomResourceDefinition") == []


def hooks(documents):
    """Hooks by the moment they run at."""
    found = {}
    for document in documents:
        moments = document["metadata"].get("annotations", {}).get("helm.sh/hook", "")
        for moment in filter(None, moments.split(",")):
            found.setdefault(moment, []).append(document)
    return found


def job_arguments(documents, moment):
    [job] = [d for d in hooks(documents)[moment] if d["kind"] == "Job"]
    return job["spec"]["template"]["spec"]["containers"][0]["args"]


def test_only_jobs_and_their_rights_are_hooks_and_they_leave_nothing():
    found = hooks(rendered())
    assert set(found) == {"test", "pre-delete", "post-delete"}
    for documents in found.values():
        for document in documents:
            assert document["kind"] in {"ServiceAccount", "ClusterRole", "ClusterRoleBinding", "Role",
                                        "RoleBinding", "Job"}
            policy = document["metadata"]["annotations"]["helm.sh/hook-delete-policy"]
            assert set(policy.split(",")) == {"before-hook-creation", "hook-succeeded"}
        rights = [d for d in documents if d["kind"] != "Job"]
        assert all(d["metadata"]["annotations"]["helm.sh/hook-weight"] == "-5" for d in rights)


def test_a_hook_job_ends_by_itself_and_does_not_repeat_an_answer():
    for job in of_kind(rendered(), "Job"):
        assert job["spec"]["activeDeadlineSeconds"] <= 120
        [rule] = job["spec"]["podFailurePolicy"]["rules"]
        assert rule["action"] == "FailJob" and 2 in rule["onExitCodes"]["values"]


def test_an_uninstall_refuses_or_orphans_as_the_values_say():
    common = ["--operator-namespace=keysteward-system", "--release=keysteward"]
    for moment, step in (("pre-delete", "prepare"), ("post-delete", "finish")):
        start = ["uninstall", step, *common]
        assert job_arguments(rendered(), moment) == start
        assert job_arguments(rendered("uninstall.orphan=true"), moment) == [*start, "--orphan"]
        assert job_arguments(rendered("crds.keep=false"), moment) == [*start, "--remove-kinds"]
    assert set(hooks(rendered("uninstall.hooks=false"))) == {"test"}


def test_an_uninstall_has_no_more_rights_than_its_values_need():
    def rules(*settings):
        return json.dumps([role["rules"] for kind in ("ClusterRole", "Role")
                           for role in of_kind(rendered(*settings), kind)
                           if role["metadata"]["name"] == "keysteward-uninstall"])

    assert '"patch"' not in rules() and '"create"' not in rules()
    assert '"keysteward-wanted"' in rules()
    assert rules().count('"secrets"') == 1 and "keysteward-webhook-tls" in rules()
    assert '"patch"' in rules("uninstall.orphan=true")
    assert "keysteward-installation" in rules("crds.keep=false")


def test_the_helm_test_tries_a_pod_where_the_values_say():
    documents = rendered("tests.namespace=shop")
    assert "--refuses-in=shop" in job_arguments(documents, "test")
    [role] = [d for d in of_kind(documents, "Role") if d["metadata"]["name"] == "keysteward-test-pods"]
    assert role["metadata"]["namespace"] == "shop"
    assert role["rules"] == [{"apiGroups": [""], "resources": ["pods"], "verbs": ["create"]}]
    assert "test" not in hooks(rendered("webhook.enabled=false"))


def test_everybody_may_read_what_checks_evidence_and_nothing_else_of_our_namespace():
    documents = rendered()
    name = "keysteward-evidence-reader"
    [role] = [d for d in of_kind(documents, "Role") if d["metadata"]["name"] == name]
    assert role["rules"] == [{"apiGroups": [""], "resources": ["configmaps"],
                              "resourceNames": ["keysteward-installation"], "verbs": ["get"]}]
    [binding] = [d for d in of_kind(documents, "RoleBinding") if d["metadata"]["name"] == name]
    assert binding["subjects"] == [{"apiGroup": "rbac.authorization.k8s.io", "kind": "Group",
                                    "name": "system:authenticated"}]
    nobody = rendered("rbac.evidenceReaders=null")
    assert not [d for d in of_kind(nobody, "RoleBinding") if d["metadata"]["name"] == name]
    assert not [d for d in of_kind(rendered("rbac.userRoles=false"), "Role")
                if d["metadata"]["name"] == name]


def test_operator_and_webhook_agree_on_the_names_whatever_the_name_is():
    documents = rendered("nameOverride=ks")
    arguments = {d["metadata"]["name"]: d["spec"]["template"]["spec"]["containers"][0]["args"]
                 for d in of_kind(documents, "Deployment")}
    # The operator keeps the certificate in the Secret that is named like the Service, with -tls.
    assert "--webhook-service=ks-webhook" in arguments["ks-operator"]
    assert "--tls-secret=ks-webhook-tls" in arguments["ks-webhook"]


def arguments_of_operator(*settings):
    [operator] = [d for d in of_kind(rendered(*settings), "Deployment")
                  if d["metadata"]["name"] == "keysteward-operator"]
    return operator["spec"]["template"]["spec"]["containers"][0]["args"]


def test_the_limits_of_restarts_are_those_of_the_values():
    assert {"--namespace-restarts=10", "--cluster-restarts=25",
            "--workload-restarts=3"} <= set(arguments_of_operator())
    assert {"--namespace-restarts=2", "--workload-restarts=0"} <= set(arguments_of_operator(
        "restarts.namespace=2", "restarts.perWorkloadAndHour=0"))


def test_values_that_an_upgrade_reuses_need_not_know_the_newer_limits():
    arguments = set(arguments_of_operator("restarts.namespace=null",
                                          "restarts.perWorkloadAndHour=null"))
    assert {"--namespace-restarts=10", "--workload-restarts=3"} <= arguments


def verbs_of_operator(resource, *settings):
    """[(names, verbs)] of the rules of the operator's ClusterRole for that resource."""
    [role] = [d for d in of_kind(rendered(*settings), "ClusterRole")
              if d["metadata"]["name"] == "keysteward-operator"]
    return sorted((rule.get("resourceNames", []), rule["verbs"]) for rule in role["rules"]
                  if resource in rule["resources"])


def test_the_operator_reads_budgets_and_makes_policies_but_changes_neither_but_for_status():
    assert verbs_of_operator("poddisruptionbudgets") == [([], ["list", "watch"])]
    assert verbs_of_operator("credentialpolicies") == [([], ["get", "list", "watch", "create"])]
    assert verbs_of_operator("credentialpolicies/status") == [([], ["patch"])]


def test_the_report_has_its_rights_and_arguments_only_when_it_is_asked_for():
    assert verbs_of_operator("policyreports") == [] and verbs_of_operator("ingresses") == []
    assert not [each for each in arguments_of_operator() if each.startswith("--report")]
    settings = ("report.enabled=true", "report.interval=6h")
    assert verbs_of_operator("policyreports", *settings) == [([], ["create", "patch", "delete"])]
    for resource in ("configmaps", "services", "jobs", "ingresses", "httproutes"):
        assert verbs_of_operator(resource, *settings) == [([], ["list"])]
    assert {"--report", "--report-interval=6h", "--report-exclude-namespace=kube-system"} <= set(
        arguments_of_operator(*settings))


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
    ("restarts.namespace=0", "namespace"),
    ("restarts.perWorkloadAndHour=11", "perWorkloadAndHour"),
    ("logging.level=loud", "level"),
    ("logging.format=xml", "format"),
    ("webhook.failurePolicy=Open", "failurePolicy"),
    ("webhook.timeoutSeconds=60", "timeoutSeconds"),
    ("webhook.port=443", "port"),
    ("webhook.excludeNamespace=x", "excludeNamespace"),
    ("webhook.secretMetadata=perhaps", "secretMetadata"),
    ("webhook.restoreRegistration=perhaps", "restoreRegistration"),
    ("webhook.floor.enable=true", "enable"),
    ("report.enabled=daily", "enabled"),
    ("report.interval=daily", "interval"),
    ("operator.resource=x", "resource"),
    ("networkPolicy.providerCIDRs[0]=10.0.0.1", "providerCIDRs"),
    ("rbac.userRole=true", "userRole"),
    ("rbac.evidenceReaders=everybody", "evidenceReaders"),
    ("uninstall.orphans=true", "orphans"),
    ("uninstall.orphan=perhaps", "orphan"),
    ("tests.namespace=Default", "namespace"),
])
def test_a_wrong_value_is_refused_with_its_path(setting, field):
    done = template(setting)
    assert done.returncode != 0, f"{setting} was accepted"
    assert field in done.stderr
