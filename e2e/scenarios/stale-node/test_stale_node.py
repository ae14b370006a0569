"""A kubelet that serves old Secrets for a while, containers that are killed in place between the
delivery and its roll-back: pods hold keys their stamps do not tell. Judged by the key ids that the
consumers really send: nobody is ever refused."""

import pytest

STALE = "10s"  # how long this kubelet trusts a Secret it has seen


@pytest.fixture
def stale_cluster(cluster):
    """Kubelet in Cache mode, and an installation that was told so; both put back afterwards."""
    def tell(staleness):
        keysteward.upgrade(cluster, f"kubelet.secretStaleness={staleness}")

    cluster.up("--dns", "--secret-detection", "Cache", *cluster.arguments)
    cluster.kubectl("annotate", "node", "node-1", "--overwrite",
                    f"node.alpha.kubernetes.io/ttl={STALE.rstrip('s')}")
    tell("12s")
    yield cluster
    tell("2s")
    cluster.kubectl("annotate", "node", "node-1", "node.alpha.kubernetes.io/ttl-")
    cluster.up("--dns", *cluster.arguments)


def test_stale_node(stale_cluster, space):
    pass
