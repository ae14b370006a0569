"""A team declares a key and gets it: issued, tried, delivered, owned, with an end."""


def test_first_credential(space):
    # 1. Declare it; the fixture waits for condition Ready.
    space.declare()
    # 2. The Secret holds it, belongs to the credential and says who answers for it and until when.
    secret = space.get("secret", "stripe-live")
    credential = space.get("mcred", "stripe-live")
    assert list(secret["data"]) == ["API_KEY"]
    assert secret["metadata"]["ownerReferences"][0]["uid"] == credential["metadata"]["uid"]
    annotations = secret["metadata"]["annotations"]
    assert annotations["keysteward.dev/owner"] == "payments"
    assert annotations["keysteward.dev/expires-at"].endswith("Z")
    # 3. The provider has exactly this key.
    assert space.provider_keys() == [space.secret_key_id()]
    # 4. One line of kubectl answers.
    line = space.kubectl("get", "mcred", "stripe-live", "--no-headers").stdout
    assert line.split()[1] == "True" and "payments" in line
    assert len(line.rstrip()) <= 120
    # 5. The journal of the first rotation is complete and proven.
    rotation = space.get("mcrot", "stripe-live-1")
    assert rotation["status"]["result"] == "Proven"
    assert [step["name"] for step in rotation["status"]["steps"]] == [
        "Issue", "Stage", "Probe", "Deliver", "Record"]
