"""Pods that ask for credentials get them, with the stamp of the delivery they start with."""
import pytest
from lab import program

from admission_stack import credential, deployment, eventually, from_secret, generated_issuer, pod, well_formed


@pytest.fixture(scope="module")
def space(stack, kubectl):
    name = stack.namespace()
    assert kubectl.write(generated_issuer(name)).ok
    for credential_name in ("stripe-live", "smtp"):
        assert kubectl.write(credential(credential_name, name)).ok
        eventually(
            lambda: kubectl.get("mcred", credential_name, "-n", name)["status"].get("settledRevision"),
            "the first delivery is settled",
        )
    return name


def asking(name, space, names, **more):
    annotations = {"keysteward.dev/inject": names}
    annotations.update({f"keysteward.dev/inject-{k}": v for k, v in more.items()})
    return pod(name, space, annotations=annotations)


def created(kubectl, thing):
    answer = eventually(lambda: (lambda a: a if a.ok else None)(kubectl.write(thing)), "the credential is known", 20)
    assert answer.ok
    return kubectl.get("pod", thing["metadata"]["name"], "-n", thing["metadata"]["namespace"])


def test_as_environment(kubectl, space):
    made = created(kubectl, asking("env", space, "stripe-live"))
    assert made["spec"]["containers"][0]["env"] == [
        {"name": "API_KEY", "valueFrom": {"secretKeyRef": {"name": "stripe-live", "key": "API_KEY"}}}]
    assert made["metadata"]["annotations"]["revision.keysteward.dev/stripe-live"] == "1"
    assert "revision.keysteward.dev/smtp" not in made["metadata"]["annotations"]


def test_as_files(kubectl, space):
    made = created(kubectl, asking("files", space, "stripe-live,smtp", **{"as": "file"}))
    volumes = {v["name"]: v for v in made["spec"]["volumes"]}
    assert volumes["keysteward-smtp"]["secret"]["secretName"] == "smtp"
    mounts = {m["name"]: m for m in made["spec"]["containers"][0]["volumeMounts"]}
    assert mounts["keysteward-stripe-live"]["mountPath"] == "/var/run/keysteward/stripe-live"
    assert mounts["keysteward-stripe-live"]["readOnly"] is True
    assert made["metadata"]["annotations"]["revision.keysteward.dev/smtp"] == "1"


def in_volume(**source):
    return {"volumes": [{"name": "keys", **source}]}


def in_container(**more):
    return {"name": "other", "image": "registry.example.com/app:1", **more}


# Every place of a new pod that can name a Secret (api/core/secret_references.h).
READERS = {
    "env": {"containers": [in_container(env=[{"name": "LEVEL", "value": "1"}, from_secret("smtp", "API_KEY")])]},
    "envFrom": {"containers": [in_container(envFrom=[{"secretRef": {"name": "smtp"}}])]},
    "env of an init container": {"initContainers": [in_container(env=[from_secret("smtp", "API_KEY")])]},
    "envFrom of an init container": {"initContainers": [in_container(envFrom=[{"secretRef": {"name": "smtp"}}])]},
    "volume": in_volume(secret={"secretName": "smtp"}),
    "projected volume": in_volume(projected={"sources": [{"configMap": {"name": "x"}}, {"secret": {"name": "smtp"}}]}),
    "csi volume": in_volume(csi={"driver": "d.example.com", "nodePublishSecretRef": {"name": "smtp"}}),
    "image pull": {"imagePullSecrets": [{"name": "smtp"}]},
}


@pytest.mark.parametrize("place", READERS)
def test_a_pod_that_reads_the_secret_anywhere_is_stamped(kubectl, space, place):
    thing = pod("reader-" + place.replace(" ", "-").lower(), space)
    thing["spec"].update(READERS[place])
    made = created(kubectl, thing)
    assert made["metadata"]["annotations"]["revision.keysteward.dev/smtp"] == "1"


def test_a_pod_that_reads_no_secret_is_not_sent_for_injection(stack, kubectl, space):
    def injections():
        return program.sample(stack.metrics, "keysteward_admission_verdicts_total", handler="/mutate/pods")
    created(kubectl, asking("counted", space, "smtp"))
    before = injections()
    assert before >= 1
    thing = pod("plain", space, env=[{"name": "LEVEL", "value": "1"},
                                     {"name": "NODE", "valueFrom": {"fieldRef": {"fieldPath": "spec.nodeName"}}}])
    thing["spec"].update(in_volume(emptyDir={}))
    created(kubectl, thing)
    assert injections() == before


def test_only_the_containers_named(kubectl, space):
    thing = asking("some", space, "stripe-live", containers="worker")
    thing["spec"]["containers"].append({"name": "worker", "image": "registry.example.com/worker:1"})
    app, worker = created(kubectl, thing)["spec"]["containers"]
    assert not app.get("env")
    assert worker["env"][0]["name"] == "API_KEY"


def test_a_misspelt_container_is_refused(kubectl, space):
    words = well_formed(kubectl.write(asking("misspelt", space, "stripe-live", containers="wroker")))
    assert words == ("metadata.annotations[keysteward.dev/inject-containers]: wroker is no container of the pod\n"
                     "Fix: name some of these: app.")


def test_an_unknown_credential_is_refused_with_those_there_are(kubectl, space):
    words = well_formed(kubectl.write(asking("unknown", space, "strpe-live")))
    assert words == (f"metadata.annotations[keysteward.dev/inject]: strpe-live is no ManagedCredential of namespace {space}\n"
                     "Fix: create it, or name one of those there are: smtp, stripe-live.")


def test_a_workload_that_asks_for_an_unknown_credential_is_warned_about(kubectl, space):
    answer = kubectl.write(deployment("warned", space, annotations={"keysteward.dev/inject": "gone"}), dry_run=True)
    assert answer.ok
    assert any("gone, which is no ManagedCredential" in warning for warning in answer.warnings)


def test_pods_of_a_workload_get_it_too(kubectl, space):
    assert kubectl.write(deployment("web", space, annotations={"keysteward.dev/inject": "smtp"})).ok
    def pods():
        return kubectl.get("pods", "-n", space, "-l", "app=web")["items"]
    made = eventually(pods, "a pod of the Deployment")[0]
    assert made["spec"]["containers"][0]["env"][0]["valueFrom"]["secretKeyRef"]["name"] == "smtp"
    assert made["metadata"]["annotations"]["revision.keysteward.dev/smtp"] == "1"


def test_a_full_replace_keeps_our_template_annotations(kubectl, space):
    thing = deployment("replaced", space)
    assert kubectl.write(thing).ok
    kubectl.must("patch", "deployment", "replaced", "-n", space, "--type=merge", "-p",
                 '{"spec":{"template":{"metadata":{"annotations":{"revision.keysteward.dev/smtp":"1"}}}}}')
    before = settled(kubectl, space)
    assert kubectl.write(thing, "replace").ok
    after = settled(kubectl, space)
    assert after["spec"]["template"] == before["spec"]["template"]
    sets = kubectl.get("replicasets", "-n", space, "-l", "app=replaced")["items"]
    assert len(sets) == 2, "one for the creation, one for the annotation, none for the replace"


def settled(kubectl, space):
    """The Deployment once its controller has seen it."""
    def seen():
        found = kubectl.get("deployment", "replaced", "-n", space)
        current = found["status"].get("observedGeneration") == found["metadata"]["generation"]
        return found if current else None
    return eventually(seen, "the Deployment is observed", 60)


def test_a_pod_that_was_not_injected_is_refused(stack, kubectl, space):
    kubectl.must("delete", "mutatingwebhookconfiguration", "keysteward")
    try:
        words = well_formed(kubectl.write(asking("missed", space, "smtp")))
        assert words.startswith("metadata.annotations[keysteward.dev/inject]: the credential was not injected")
    finally:
        eventually(lambda: kubectl.run("get", "mutatingwebhookconfiguration", "keysteward").ok, "it is made again")
        stack.wait_ready()
