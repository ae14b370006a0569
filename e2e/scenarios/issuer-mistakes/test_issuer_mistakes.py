"""Issuers with mistakes: the condition names the Secret and the entry that is wrong, or the address
that may not be called, and not one request leaves for a place that is not allowed."""

MISTAKES = {
    # What is done to the issuer or its Secret: the reason, and what the message must name.
    "no-secret": ("AdminSecretMissing", ["no-secret-admin", "entry token"]),
    "no-entry": ("AdminSecretKeyMissing", ["no-entry-admin", "no entry token"]),
    "no-label": ("AdminSecretNotLabelled", ["no-label-admin", "keysteward.dev/issuer-credential"]),
    "wrong-token": ("AdminRefused", ["401"]),
}
ADDRESSES = {
    "not-allowed.test": ("HostNotAllowed", "not-allowed.test"),
    "169.254.169.254": ("ProviderUnreachable", "169.254.169.254"),
    "10.11.12.13": ("ProviderUnreachable", "10.11.12.13"),
    "127.0.0.1": ("ProviderUnreachable", "127.0.0.1"),
}


def break_secret(space, name):
    if name == "no-secret":
        space.kubectl("delete", "secret", f"{name}-admin")
    elif name == "no-entry":
        space.kubectl("patch", "secret", f"{name}-admin", "--type=json", "-p",
                      '[{"op":"move","from":"/data/token","path":"/data/tokn"}]')
    elif name == "no-label":
        space.kubectl("label", "secret", f"{name}-admin", "keysteward.dev/issuer-credential-")
    else:
        space.kubectl("patch", "secret", f"{name}-admin", "-p", '{"stringData":{"token":"wrong"}}')


def ready(space, name):
    """The Ready condition of the issuer once it is False."""
    condition = space.condition("credentialissuer", name, "Ready")
    return condition if condition and condition["status"] == "False" else None


def test_issuer_mistakes(host):
    space, provider = host.space, host.provider
    # 1. Each mistake at the admin Secret is named, and mended by mending the Secret.
    for name in MISTAKES:
        provider.make_issuer(space.name, name=name, spoil=lambda name: break_secret(space, name))
    for name, (reason, words) in MISTAKES.items():
        condition = space.cluster.wait_until(f"{name} is told", lambda: (
            c if (c := ready(space, name)) and c["reason"] == reason else None), timeout=40)
        for word in words:
            assert word in condition["message"], condition["message"]
        assert "wrong" not in condition["message"], "the message repeats the value"
    for name in MISTAKES:
        provider.make_issuer(space.name, name=name)
    for name in MISTAKES:
        space.kubectl("wait", "--for=condition=Ready", f"credentialissuer/{name}", "--timeout=40s")
    # 2. A credential of an issuer with a mistake says so itself, and no key is made.
    break_secret(space, "no-entry")
    space.order("orphaned", issuer="no-entry")
    condition = space.cluster.wait_until("told at the credential", lambda: (
        c if (c := space.condition("mcred", "orphaned", "Ready")) and
        "no entry token" in c["message"] else None), timeout=40)
    assert condition["status"] == "False"
    assert [key for key in provider.keys() if key["status"] == "active"] == []


def test_forbidden_addresses(strict_host):
    space = strict_host.space
    # 1. Issuers at addresses that may not be called.
    names = {}
    for number, address in enumerate(ADDRESSES):
        names[address] = f"forbidden-{number}"
        strict_host.provider.make_issuer(space.name, name=names[address], host=address)
    # 2. Each is refused by name.
    for address, (reason, word) in ADDRESSES.items():
        condition = space.cluster.wait_until(f"{address} is told",
                                             lambda: ready(space, names[address]), timeout=40)
        assert condition["reason"] == reason, condition
        assert word in condition["message"]
    # 3. The provider, which listens at the last of them, never heard of it.
    assert strict_host.provider.proxy.calls == []
    assert strict_host.provider.journal() == []
