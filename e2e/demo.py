"""The demo of scripts/demo: one story, told in about forty lines."""

import argparse
import os
import sys

import demo_without_node
from lab import images, keysteward
from lab.application import Application
from lab.cluster import ROOT, THIS_MACHINE_CANNOT, LocalCluster
from lab.own_cluster import HOW_TO_LOAD, OwnCluster
from lab.provider import NAMESPACE as KEYSERVER
from lab.provider import Provider, manifest
from lab.shell import Failed, run
from lab.story import Story, literal_key

SHOP = "shop"
NAMESPACES = [SHOP, KEYSERVER, keysteward.NAMESPACE]
CREDENTIAL = "stripe-live"
STATE = os.path.join(ROOT, "build/demo")


def parse_arguments():
    parser = argparse.ArgumentParser(prog="scripts/demo")
    parser.add_argument("--down", action="store_true", help="remove everything the demo made")
    parser.add_argument("--kubeconfig", default="", metavar="FILE", help="use your own cluster")
    parser.add_argument("--image", default="", metavar="REF",
                        help="image of Keysteward as your cluster finds it")
    parser.add_argument("--test-image", default="", metavar="REF",
                        help="likewise of the sample provider and application "
                             "(default: keysteward-test:dev)")
    return parser.parse_args()


def bring_up(story, arguments):
    """The cluster to work on and extra Helm values for it."""
    if arguments.kubeconfig:
        return own_cluster(story, arguments)
    cluster = LocalCluster(STATE)
    story.tell("starting a Kubernetes cluster on this machine (control plane, one node, DNS)")
    cluster.up("--dns")
    for archive in images.build("release"):
        cluster.load(archive)
    return cluster, []


def own_cluster(story, arguments):
    cluster = OwnCluster(arguments.kubeconfig, arguments.image, arguments.test_image)
    if not arguments.image:
        product, test = images.build("release")
        print(HOW_TO_LOAD.format(product=product, test=test))
        sys.exit(2)
    values = cluster.values()
    story.tell("using the cluster of " + arguments.kubeconfig)
    cluster.claim(NAMESPACES)
    return cluster, values


def first_credential(story, cluster, provider):
    cluster.apply(manifest("namespace.yaml", name=SHOP))
    provider.make_issuer(SHOP)
    story.tell("declaring where keys come from (CredentialIssuer) and one key (ManagedCredential)")
    cluster.apply(manifest("credential.yaml", name=CREDENTIAL, namespace=SHOP, rollout="2m"))
    cluster.kubectl("-n", SHOP, "wait", "--for=condition=Ready", f"mcred/{CREDENTIAL}",
                    "--timeout=60s")
    story.tell("the key was issued, tried at its provider and delivered in a Secret:")
    story.show(cluster.kubectl("-n", SHOP, "get", "mcred", CREDENTIAL).stdout)


def start_application(story, cluster, provider):
    application = Application(cluster, SHOP, secret=CREDENTIAL)
    application.deploy(provider.ca)
    application.wait_ready()
    story.tell("an application of 3 pods calls the provider with it, 150 times a second")
    return application


def refuse_literal(story, cluster):
    value = literal_key()
    done = cluster.apply(manifest("literal.yaml", namespace=SHOP, value=value,
                                  image=cluster.test_image), check=False)
    if done.returncode == 0:
        raise Failed("a manifest with a literal key was accepted")
    story.tell("a manifest with a literal key is refused:")
    story.show(done.stderr.replace(value, "…").partition("denied the request: ")[2])


def verify_evidence(story, cluster):
    tool = os.path.join(ROOT, "build/release/bin/keysteward")
    bundle = os.path.join(ROOT, "build/demo-evidence.json")
    run([tool, "evidence", "export", CREDENTIAL, "-n", SHOP, "-f", bundle], env=cluster.env)
    done = run([tool, "evidence", "verify", bundle], env=cluster.env, check=False)
    if done.returncode not in (0, 4):
        raise Failed("the evidence does not verify: " + done.stdout + done.stderr)
    story.tell("the evidence of all this, verified offline:")
    story.show(done.stdout)


def farewell(cluster):
    if isinstance(cluster, LocalCluster):
        print('\nTry next (first: eval "$(e2e/cluster/cluster --state build/demo env)"):')
        down = "./scripts/demo --down"
    else:
        kubeconfig = cluster.env["KUBECONFIG"]
        print(f"\nTry next (first: export KUBECONFIG={kubeconfig}):")
        down = f"./scripts/demo --kubeconfig {kubeconfig} --down"
    print(f"  kubectl -n {SHOP} get mcred,mcrot\n"
          f"  build/release/bin/keysteward status {CREDENTIAL} -n {SHOP}\n"
          f"  build/release/bin/keysteward rotate {CREDENTIAL} -n {SHOP} --reason 'try it' --wait\n"
          f"Remove everything: {down}")


def take_down(arguments):
    if not arguments.kubeconfig:
        LocalCluster(STATE).down()
        print("removed")
        return
    cluster = OwnCluster(arguments.kubeconfig)
    ours = cluster.ours(NAMESPACES)
    # The operator goes last: it ends the keys of the namespace that goes first.
    for namespace in NAMESPACES:
        if namespace not in ours:
            continue
        if namespace == keysteward.NAMESPACE:
            cluster.helm("uninstall", "keysteward", "-n", namespace, "--ignore-not-found")
        cluster.kubectl("delete", "namespace", namespace, timeout=180)
    print(f"removed: {', '.join(ours) or 'nothing, the demo made nothing here'}\n"
          "The kinds of Keysteward stay, as after any uninstall; to remove them too:\n"
          "  kubectl delete -f crds/")


def main():
    arguments = parse_arguments()
    if arguments.down:
        take_down(arguments)
        return 0
    story = Story()
    try:
        cluster, values = bring_up(story, arguments)
    except Failed as failure:
        if failure.code != THIS_MACHINE_CANNOT:
            raise
        return demo_without_node.show(story, STATE, str(failure))
    story.tell("installing Keysteward with Helm")
    keysteward.install(cluster, values)
    story.tell("starting a sample key provider")
    provider = Provider(cluster)
    provider.deploy()
    first_credential(story, cluster, provider)
    start_application(story, cluster, provider)
    result = story.rotate(cluster, SHOP, CREDENTIAL)
    refused = story.count_calls(provider)
    refuse_literal(story, cluster)
    verify_evidence(story, cluster)
    farewell(cluster)
    return 0 if result == "Proven" and refused == 0 else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Failed as failure:
        print(f"demo: {failure}", file=sys.stderr)
        sys.exit(1)
