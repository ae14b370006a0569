"""An editor of a namespace tries what is not theirs to do; each attempt is refused."""

import pytest
from lab.provider import manifest


@pytest.fixture
def editor(space):
    """kubectl as a person with the role edit in this namespace."""
    space.kubectl("create", "rolebinding", "mallory-edits", "--clusterrole=edit",
                  "--user=mallory")

    def run(*arguments, **options):
        return space.cluster.kubectl("--as=mallory", "-n", space.name, *arguments, check=False,
                                     **options)
    return run


def test_tenant_cannot(space, editor):
    space.declare()
    # 1. Forge a status.
    done = editor("patch", "mcred", "stripe-live", "--subresource=status", "--type=merge", "-p",
                  '{"status":{"revision":99}}')
    assert done.returncode != 0 and "forbidden" in done.stderr.lower()
    # 2. Read staged values or the signing key.
    for name in ("keysteward-signing-key", "keysteward-digest-key", "keysteward-tripwire-key"):
        done = space.cluster.kubectl("--as=mallory", "-n", "keysteward-system", "get", "secret",
                                     name, check=False)
        assert done.returncode != 0
    # 3. Change the Secret that Keysteward delivers.
    done = editor("patch", "secret", "stripe-live", "--type=merge", "-p",
                  '{"data":{"API_KEY":"eA=="}}')
    assert done.returncode != 0 and "change the ManagedCredential" in done.stderr
    # 4. Rotate without the right to create rotations.
    done = editor("apply", "-f", "-", stdin=manifest(
        "rotation.yaml", name="mine", namespace=space.name, credential="stripe-live",
        cause="Manual", reason="because I can"))
    assert done.returncode != 0 and "forbidden" in done.stderr.lower()
    # 5. Point an issuer at the metadata address or at a host nobody allowed.
    issuer = manifest("issuer.yaml", name="evil", namespace=space.name, host="169.254.169.254",
                      ca="      -----BEGIN CERTIFICATE-----\n      x")
    done = editor("apply", "-f", "-", stdin=issuer)
    assert done.returncode != 0 and "forbidden" in done.stderr.lower()
    # 6. The same issuer, made by an admin by mistake, does not become ready.
    space.cluster.apply(issuer)
    not_ready = space.cluster.wait_until("issuer judged", lambda: space.condition(
        "mciss", "evil", "Ready"))
    assert not_ready["status"] == "False" and not_ready["reason"] == "HostNotAllowed"
    # 7. Name a Secret of somebody else: refused, and the Secret stays as it is.
    space.kubectl("create", "secret", "generic", "theirs", "--from-literal=a=b")
    space.cluster.apply(manifest("credential.yaml", name="theirs", namespace=space.name,
                                 rollout="1m"))
    taken = space.cluster.wait_until("conflict told", lambda: (
        c if (c := space.condition("mcred", "theirs", "Ready"))
        and c["reason"] == "SecretConflict" else None))
    assert "belongs to somebody else" in taken["message"]
    assert space.get("secret", "theirs")["data"] == {"a": "Yg=="}
    assert space.provider_keys("theirs") == []
