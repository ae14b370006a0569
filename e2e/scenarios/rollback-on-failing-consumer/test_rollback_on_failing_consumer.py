"""The application breaks on the new key: the old one comes back, the new one dies, nobody is refused."""


def test_rollback_on_failing_consumer(space):
    # 1. An application that is ready with today's key only.
    space.declare(rollout="20s")
    application = space.run_application()
    old_key = space.secret_key_id()
    space.kubectl("patch", "deployment", "shop-api", "--type=json", "-p", (
        '[{"op":"add","path":"/spec/template/spec/containers/0/args/-",'
        f'"value":"--unready-if-key-id-not={old_key}"}},'
        '{"op":"add","path":"/spec/progressDeadlineSeconds","value":15}]'))
    application.wait_ready()
    # 2. Rotate.
    rotation = space.rotate("breaks")
    # 3. Rolled back: the old key is delivered again, as a new revision.
    assert rotation["status"]["result"] == "RolledBack"
    assert space.secret_key_id() == old_key
    assert space.status()["revision"] == 3
    # 4. The new key is dead, the old one lives, the application is whole.
    assert space.provider_keys() == [old_key]
    application.wait_ready()
    assert {s["key_id"] for s in application.stats()} == {old_key}
    assert space.refused_calls() == []
