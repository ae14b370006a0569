"""One cluster with operator and webhook for all tests of this folder.

$KEYSTEWARD_CLUSTER_STATE names the state directory of a cluster to use and keep; without it one is
made and removed. Without the tools of e2e/cluster every test is skipped, visibly.
"""
import os
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from admission_stack import BIN, Stack, eventually, secret  # noqa: E402 (the path is set above)
from lab.api import Api  # noqa: E402


@pytest.fixture(scope="session")
def stack():
    for program in ("keysteward-operator", "keysteward-webhook"):
        if not os.access(BIN / program, os.X_OK):
            pytest.skip(f"{BIN / program} is not built")
    made = Stack()
    try:
        made.up()
        yield made
    finally:
        made.down()


@pytest.fixture(scope="session")
def kubectl(stack):
    return stack.kubectl


@pytest.fixture(scope="session")
def alice(stack):
    return stack.kubectl.as_user("alice", "devs")


@pytest.fixture(scope="module")
def namespace(stack):
    return stack.namespace()


@pytest.fixture(scope="session")
def api(stack):
    """The API server itself, as its administrator."""
    return Api(stack.cluster.env["KUBECONFIG"])


@pytest.fixture(scope="session")
def people(api):
    """Who tries: an administrator, a user, a controller of somebody else's, one of Kubernetes."""
    system = "system:serviceaccounts"
    return {
        "admin": api,
        "user": api.as_user("alice", "devs"),
        # Rights are not the question here, so these have all of them.
        "controller": api.as_user("system:serviceaccount:ops:rollouts", system, f"{system}:ops", "system:masters"),
        "built-in": api.as_user("system:serviceaccount:kube-system:replicaset-controller", system,
                                f"{system}:kube-system", "system:masters"),
    }


@pytest.fixture(scope="module")
def ownerless(api, namespace):
    """A Secret without owner and end that the webhook knows of."""
    thing = secret("ownerless-known", namespace)
    assert api.create(thing).ok
    probe = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "probe", "namespace": namespace},
             "spec": {"containers": [{"name": "a", "image": "a", "envFrom": [{"secretRef": {"name": "ownerless-known"}}]}]}}
    eventually(lambda: "secret-without-owner" in api.create(probe, dry_run=True).refusal, "the Secret is known", 20)
    return "ownerless-known"
