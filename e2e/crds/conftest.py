"""Runs kubectl against the API server of $KUBECONFIG; without one every test is skipped, visibly.

$KUBECTL names the program (default: kubectl on PATH). The tests install our CRDs and work in one
namespace of their own, which they remove.
"""
import os
import shutil
import uuid

import pytest
from crds_cluster import CRDS, Kubectl


@pytest.fixture(scope="session")
def cluster():
    if not os.environ.get("KUBECONFIG"):
        pytest.skip("KUBECONFIG is not set: these tests need a real API server")
    program = os.environ.get("KUBECTL") or shutil.which("kubectl")
    if not program:
        pytest.skip("kubectl is not on PATH")
    kubectl = Kubectl(program)
    kubectl.applied = kubectl.run("apply", "--server-side", "-f", str(CRDS))
    assert kubectl.applied.returncode == 0, kubectl.applied.stderr
    kubectl.must("wait", "--for=condition=Established", "--timeout=30s", "-f", str(CRDS))
    return kubectl


@pytest.fixture(scope="session")
def kubectl(cluster):
    namespace = "crds-" + uuid.uuid4().hex[:8]
    cluster.must("create", "namespace", namespace)
    yield Kubectl(cluster.program, namespace)
    cluster.run("delete", "namespace", namespace, "--wait=false")
