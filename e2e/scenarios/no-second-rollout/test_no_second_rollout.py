"""After a rotation nothing restarts the application again: not the operator, not other tools."""


def test_no_second_rollout(space):
    # 1. A rotation that restarted the application.
    space.declare()
    application = space.run_application()
    assert space.rotate("by-hand")["status"]["result"] == "Proven"
    application.wait_ready()
    before = space.rollouts("shop-api")
    template = space.get("deployment", "shop-api")
    # 2. Both operator pods are replaced.
    space.cluster.kubectl("-n", "keysteward-system", "rollout", "restart",
                          "deploy/keysteward-operator")
    space.cluster.kubectl("-n", "keysteward-system", "rollout", "status",
                          "deploy/keysteward-operator", "--timeout=90s")
    # 3. The application is applied again as it was written, and replaced whole.
    application.deploy(space.provider.ca)
    replaced = space.get("deployment", "shop-api")
    for field in ("resourceVersion", "uid", "creationTimestamp", "generation", "managedFields"):
        replaced["metadata"].pop(field, None)
    replaced.pop("status", None)
    annotations = replaced["spec"]["template"]["metadata"].pop("annotations", {})
    assert annotations["revision.keysteward.dev/stripe-live"] == "2"
    import json
    space.cluster.kubectl("replace", "-f", "-", stdin=json.dumps(replaced))
    # 4. No rollout but the rotation's own, and the template still says which delivery it runs.
    application.wait_ready()
    assert space.rollouts("shop-api") == before
    now = space.get("deployment", "shop-api")
    assert now["spec"]["template"] == template["spec"]["template"]
