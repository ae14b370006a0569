"""Two keys of one Deployment, rotated one after the other: exactly two rollouts."""


def test_two_credentials_one_deployment(space):
    # 1. Two credentials; the Deployment reads both.
    space.declare("stripe-live")
    space.declare("mail")
    space.run_application()
    space.kubectl("patch", "deployment", "shop-api", "--type=json", "-p", (
        '[{"op":"add","path":"/spec/template/spec/containers/0/env/-","value":{"name":"MAIL",'
        '"valueFrom":{"secretKeyRef":{"name":"mail","key":"API_KEY"}}}}]'))
    space.kubectl("rollout", "status", "deploy/shop-api", "--timeout=60s")
    # Nobody calls with the second key, so no use of it is waited for long.
    space.kubectl("patch", "mcred", "mail", "--type=merge", "-p",
                  '{"spec":{"verification":{"timeout":"5s"}}}')
    before = space.rollouts("shop-api")
    # 2. Rotate one, then the other.
    assert space.rotate("first", credential="stripe-live")["status"]["result"] == "Proven"
    assert space.rotate("second", credential="mail")["status"]["result"] == "Proven"
    # 3. Two rollouts, and the template carries both revisions.
    assert space.rollouts("shop-api") == before + 2
    template = space.get("deployment", "shop-api")["spec"]["template"]["metadata"]["annotations"]
    assert template["revision.keysteward.dev/stripe-live"] == "2"
    assert template["revision.keysteward.dev/mail"] == "2"
    assert space.refused_calls() == []
