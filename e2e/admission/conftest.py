"""One cluster with operator and webhook for all tests of this folder.

$KEYSTEWARD_CLUSTER_STATE names the state directory of a cluster to use and keep; without it one is
made and removed. Without the tools of e2e/cluster every test is skipped, visibly.
"""
import os
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from admission_stack import BIN, Stack  # noqa: E402 (the path is set above)


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
