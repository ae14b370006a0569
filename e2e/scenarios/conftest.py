"""What the scenarios share: one real cluster with Keysteward installed by its chart and the sample
provider, for all of them; a namespace, an issuer and kubectl for each."""

import os
import shutil
import sys
import tempfile

import pytest

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from lab import images, keysteward  # noqa: E402
from lab.canary import Canary, keep_installation, keep_objects  # noqa: E402
from lab.cluster import LocalCluster  # noqa: E402
from lab.host import HostCluster  # noqa: E402
from lab.host_lab import HostLab  # noqa: E402
from lab.provider import Provider, manifest  # noqa: E402
from lab.space import Space, named_after  # noqa: E402


def pytest_addoption(parser):
    parser.addoption("--bed", choices=("node", "host"),
                     help="only the scenarios on the real node, or only those with operators as "
                          "processes of this machine")


def pytest_collection_modifyitems(config, items):
    wanted = config.getoption("--bed")
    if wanted is None:
        return
    chosen = [i for i in items if ("host_cluster" in i.fixturenames) == (wanted == "host")]
    config.hook.pytest_deselected(items=[i for i in items if i not in chosen])
    items[:] = chosen


@pytest.fixture(scope="session", autouse=True)
def canary():
    """Every output of the whole run is searched for every key value that was ever issued (I13)."""
    outputs = Canary()
    yield outputs
    found = outputs.search()
    shutil.rmtree(outputs.folder)
    print(f"searched {outputs.size} characters of output for parts of {len(outputs.values)} keys")
    assert not found, f"key values came out of Keysteward (place, key id, form): {found}"


@pytest.fixture(scope="session")
def cluster(canary):
    """A control plane and one real node with Keysteward installed; skipped where there is no root."""
    if os.geteuid() != 0:
        pytest.skip("a real node needs root: these scenarios were not run")
    if kept := os.environ.get("KEYSTEWARD_E2E_STATE"):
        # A cluster somebody keeps for the fast loop, with Keysteward installed already.
        standing = LocalCluster(kept)
        standing.up("--dns")
        standing.before_uninstall = lambda: keep_installation(canary, standing,
                                                              keysteward.NAMESPACE)
        yield standing
        keep_installation(canary, standing, keysteward.NAMESPACE)
        return
    folder = tempfile.mkdtemp(prefix="keysteward-e2e-")
    made = LocalCluster(folder)
    try:
        made.up("--dns", "--apiserver-arg=--v=0")
        for archive in images.build("dev"):
            made.load(archive)
        keysteward.install(made, keysteward.SHARED)
        made.before_uninstall = lambda: keep_installation(canary, made, keysteward.NAMESPACE)
        yield made
        keep_installation(canary, made, keysteward.NAMESPACE)
    finally:
        made.down()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def host_cluster(request):
    """A control plane with fake nodes, for operators that run as processes of this machine."""
    if kept := os.environ.get("KEYSTEWARD_E2E_HOST_STATE"):
        standing = HostCluster(kept)
        standing.up()
        yield standing
        return
    made = HostCluster(tempfile.mkdtemp(prefix="keysteward-host-e2e-"))
    try:
        made.up()
        yield made
    finally:
        made.down()
        shutil.rmtree(made.state, ignore_errors=True)
        if request.session.testsfailed:
            print(f"logs of operators and providers: {made.folder}")
        else:
            shutil.rmtree(made.folder, ignore_errors=True)


@pytest.fixture
def host(host_cluster, canary, request):
    """An operator and a provider as processes, every call of theirs passing through us."""
    with HostLab(host_cluster, request.node.name, canary=canary) as lab:
        yield lab


@pytest.fixture
def two_operators(host_cluster, canary, request):
    """The same with two operators, of which one leads."""
    with HostLab(host_cluster, request.node.name, operators=2, canary=canary) as lab:
        yield lab


@pytest.fixture
def strict_host(host_cluster, canary, request):
    """The same with an operator to which loopback and private addresses are forbidden."""
    hosts = [f"--allowed-host={host}" for host in ("localhost", "127.0.0.1", "10.11.12.13",
                                                   "169.254.169.254")]
    with HostLab(host_cluster, request.node.name, arguments=hosts, canary=canary) as lab:
        yield lab


@pytest.fixture
def two_installations(host_cluster, canary, request):
    """Two clusters with an operator each, and one provider for both."""
    neighbour = HostCluster(tempfile.mkdtemp(prefix="keysteward-neighbour-"))
    try:
        neighbour.up("--fake-nodes", "0")
        story = request.node.name
        with HostLab(host_cluster, story, canary=canary) as left:
            with HostLab(neighbour, story, provider=left.provider, canary=canary) as right:
                yield left, right
    finally:
        neighbour.down()
        shutil.rmtree(neighbour.state, ignore_errors=True)


@pytest.fixture(scope="session")
def provider(cluster):
    made = Provider(cluster, remember=True)
    made.deploy()
    return made


@pytest.fixture
def space(cluster, provider, canary, request):
    """A namespace of its own with an issuer; faults of the provider are cleared afterwards."""
    made = Space(cluster, provider, request.node.name)
    yield made
    canary.learn(provider.issued())
    keep_objects(canary, cluster, made.name)
    provider.clear_faults()
    made.remove()


@pytest.fixture
def namespace(cluster, request):
    """The name of a namespace of its own, for stories without a provider."""
    name = named_after(request.node.name)
    cluster.apply(manifest("namespace.yaml", name=name))
    cluster.wait_until("service account", lambda: cluster.get("serviceaccount", "default", name))
    yield name
    cluster.kubectl("delete", "namespace", name, "--wait=false", check=False)
