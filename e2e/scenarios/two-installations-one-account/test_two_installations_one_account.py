"""Two clusters, each with Keysteward, share one account of a key provider: rotations, sweepers and
the end of a namespace of one never touch a key of the other."""

ORPHAN = "keysteward/{installation}/00000000-0000-4000-8000-000000000000/7-1"


def installation_id(lab):
    return lab.cluster.get("configmap", "keysteward-installation", namespace="keysteward-system")[
        "data"]["id"]


def keys_labelled(provider, text):
    return {key["id"]: key["status"] for key in provider.keys() if text in key["name"]}


def ended_by(lab):
    """Ids of the keys that this installation asked the provider to disable or delete."""
    calls = [call for call in lab.provider.proxy.calls if call.method == "DELETE" or "disable" in call.path]
    return {call.path.split("/keys/")[1].split("/")[0] for call in calls}


def test_two_installations_one_account(two_installations):
    left, right = two_installations
    provider = left.provider
    for lab in two_installations:
        # 1. The same credential, by name, in both clusters.
        lab.space.declare()
    ids = [installation_id(lab) for lab in two_installations]
    assert ids[0] != ids[1]
    # 2. In the account: a stray of each installation, and a key of somebody else.
    strays = [provider.make_key(ORPHAN.format(installation=id)) for id in ids]
    stranger = provider.make_key("team/billing/1")
    # 3. Both rotate at once, and both sweep until their own stray is gone.
    for lab in two_installations:
        lab.space.ask("by-hand")
    for lab in two_installations:
        assert lab.space.wait_complete("by-hand")["status"]["result"] == "Proven"
    left.cluster.wait_until("strays ended", lambda: not any(
        key["id"] in strays and key["status"] != "deleted" for key in provider.keys()))
    # 4. Each ended its own old key and its own stray, and nothing else.
    for lab, own, stray in zip(two_installations, ids, strays):
        ended = ended_by(lab)
        assert stray in ended
        assert ended <= set(keys_labelled(provider, f"keysteward/{own}/"))
        assert lab.space.provider_keys() == [lab.space.secret_key_id()]
    # 5. One namespace goes, with all its keys; the other cluster's key still works.
    left.leave()
    left.cluster.wait_until("left's keys ended", lambda: set(
        keys_labelled(provider, f"keysteward/{ids[0]}/").values()) == {"deleted"})
    assert right.space.provider_keys() == [right.space.secret_key_id()]
    assert ended_by(left).isdisjoint(keys_labelled(provider, f"keysteward/{ids[1]}/"))
    assert {key["id"]: key["status"] for key in provider.keys()}[stranger] == "active"
