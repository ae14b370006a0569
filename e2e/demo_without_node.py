"""The demo where no Kubernetes node can run because this user is not root: a real control plane,
fake nodes, and operator and provider as processes of this machine. Everything ends with it."""

import os
import shutil

os.environ.setdefault("KEYSTEWARD_PRESET", "release")  # read when lab.host is imported

from lab.host import BIN, HostCluster  # noqa: E402
from lab.host_lab import HostLab  # noqa: E402
from lab.provider import manifest  # noqa: E402
from lab.shell import Failed, run  # noqa: E402
from lab.story import literal_key  # noqa: E402

SHOP = "shop"
CREDENTIAL = "stripe-live"
NOT_SHOWN = """
What this could not show, because a Kubernetes node needs root and namespaces: pods that really
start and take the key, injection and refusal by the webhook inside the cluster, and the chart's
own pods. Run it as root, or with --kubeconfig FILE on a cluster of yours. Everything it started
has ended."""


def show(story, state, why):
    """Tells the story; gives the exit code. `why` is what hindered a real node."""
    story.show(why.partition(": ")[2])
    story.tell("no node can run here: starting a real control plane with fake nodes instead")
    cluster = HostCluster(state)
    try:
        cluster.up()
        story.tell("starting operator and sample key provider as processes")
        with HostLab(cluster, SHOP) as lab:
            good = tell(story, lab)
    finally:
        cluster.down()
        shutil.rmtree(cluster.folder, ignore_errors=True)
    print(NOT_SHOWN)
    return 0 if good else 1


def tell(story, lab):
    story.tell("declaring where keys come from (CredentialIssuer) and one key (ManagedCredential)")
    lab.space.declare(CREDENTIAL)
    story.tell("the key was issued, tried at its provider and delivered in a Secret:")
    story.show(lab.space.kubectl("get", "mcred", CREDENTIAL).stdout)
    lab.run_fake_application(secret=CREDENTIAL)
    story.tell("an application calls the provider with it; its pods are pretended by fake nodes")
    result = story.rotate(lab.cluster, SHOP, CREDENTIAL)
    refused = story.count_calls(lab.provider)
    judge_literal(story)
    evidence = lab.verify_evidence(CREDENTIAL)
    story.tell("the evidence of all this, verified offline:")
    story.show(evidence)
    return result == "Proven" and refused == 0


def judge_literal(story):
    """The engine of the webhook, as it runs in CI."""
    value = literal_key()
    text = manifest("literal.yaml", namespace=SHOP, value=value, image="keysteward-test:dev")
    done = run([os.path.join(BIN, "keysteward"), "scan", "-"], stdin=text, check=False)
    if done.returncode != 1:
        raise Failed("a manifest with a literal key was not refused: " + done.stdout + done.stderr)
    story.tell("a manifest with a literal key is refused, here as CI would (keysteward scan):")
    story.show(done.stdout.replace(value, "…"))
