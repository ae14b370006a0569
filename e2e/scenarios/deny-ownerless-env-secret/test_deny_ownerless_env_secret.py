"""A Secret used as environment needs somebody who answers for it and an end; the remedy works."""

import datetime
import json
import os
import re
import shlex
import subprocess

from lab.cluster import ROOT

CLI = os.path.join(ROOT, "build/dev/bin/keysteward")
OWNER, END = "keysteward.dev/owner", "keysteward.dev/expires-at"


def day(ahead):
    return (datetime.datetime.now(datetime.timezone.utc)
            + datetime.timedelta(days=ahead)).strftime("%Y-%m-%d")


def secret(name, **annotations):
    return {"apiVersion": "v1", "kind": "Secret",
            "metadata": {"name": name, "annotations": annotations},
            "stringData": {"password": "kept where it belongs"}}


def from_key(name, **more):
    return {"name": "PASSWORD", "valueFrom": {"secretKeyRef": {
        "name": name, "key": "password", **more}}}


def pod(name, env=(), env_from=(), **spec):
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": {
        "containers": [{"name": "app", "image": "keysteward-test:dev", "env": list(env),
                        "envFrom": list(env_from)}], **spec}}


def deployment(name, env):
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name}, "spec": {
        "replicas": 0, "selector": {"matchLabels": {"app": name}},
        "template": {"metadata": {"labels": {"app": name}}, "spec": pod(name, env)["spec"]}}}


def cronjob(name, env):
    template = {"spec": {**pod(name, env)["spec"], "restartPolicy": "Never"}}
    return {"apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"name": name}, "spec": {
        "schedule": "0 3 * * *", "jobTemplate": {"spec": {"template": template}}}}


class Tried:
    """Dry runs in one namespace, asked again until the webhook has heard of the Secrets."""

    def __init__(self, space):
        self.space = space

    def apply(self, *objects):
        for thing in objects:
            self.space.cluster.apply(json.dumps(thing), namespace=self.space.name)

    def dry_run(self, thing):
        return self.space.kubectl("create", "--dry-run=server", "-f", "-",
                                  stdin=json.dumps(thing), check=False)

    def refused(self, thing, rule):
        """The refusal's lines, when it is for this rule."""
        words = self.space.cluster.wait_until(f"refused for {rule}", lambda: (
            done.stderr if (done := self.dry_run(thing)).returncode and f"({rule})" in done.stderr
            else None), timeout=20).partition("denied the request: ")[2].strip()
        lines = words.splitlines()
        assert len(lines) == 3 and lines[1].startswith("Fix: "), words
        return lines

    def passes(self, thing, warning=""):
        def settled():
            done = self.dry_run(thing)
            said = warning in done.stderr if warning else "Warning" not in done.stderr
            return done.returncode == 0 and said

        self.space.cluster.wait_until(f"{thing['metadata']['name']} passes", settled, timeout=20)


def scanned(*objects):
    """The rules that deny, when the same objects are judged as a file."""
    text = "---\n".join(json.dumps(thing) + "\n" for thing in objects)
    done = subprocess.run([CLI, "scan", "-", "--output", "json"], input=text, text=True,
                          capture_output=True, timeout=60)
    return [f["rule"] for f in json.loads(done.stdout)["findings"] if f["severity"] == "deny"]


def test_deny_ownerless_env_secret(space):
    tried = Tried(space)
    # 1. Without annotations: refused, with the object, the field, the Secret and the remedy.
    smtp, uses = secret("smtp"), deployment("mailer", [from_key("smtp")])
    tried.apply(smtp)
    where, remedy, place = tried.refused(uses, "secret-without-owner")
    assert where.startswith("spec.template.spec.containers[0].env[0].valueFrom.secretKeyRef: ")
    assert "Secret smtp: it has no annotation keysteward.dev/owner" in where
    assert place.startswith(f"In Deployment {space.name}/mailer")
    assert scanned(smtp, uses) == ["secret-without-owner", "secret-without-expiry"]
    # 2. The remedy is a command. It is run as it stands, with an owner and a day.
    command = re.search(r"run: (kubectl annotate .*)$", remedy).group(1)
    command = command.replace("TEAM", "payments").replace("YYYY-MM-DD", day(60))
    space.kubectl(*shlex.split(command)[1:])
    tried.passes(uses)
    tried.apply(uses)
    assert scanned(secret("smtp", **{OWNER: "payments", END: day(60)}), uses) == []
    # 3. An owner alone, an end that is past, none, or too far away: each is named as what it is.
    wrong = {"endless": ({OWNER: "payments"}, "secret-without-expiry"),
             "nobodys": ({END: day(60)}, "secret-without-owner"),
             "blank": ({OWNER: " ", END: day(60)}, "secret-without-owner"),
             "past": ({OWNER: "payments", END: day(-1)}, "secret-expired"),
             "nonsense": ({OWNER: "payments", END: "soon"}, "secret-expiry-malformed"),
             "no-such-day": ({OWNER: "payments", END: "2027-02-30"}, "secret-expiry-malformed"),
             "far": ({OWNER: "payments", END: day(4000)}, "secret-lives-too-long")}
    tried.apply(*[secret(name, **annotations) for name, (annotations, _) in wrong.items()])
    for name, (annotations, rule) in wrong.items():
        tried.refused(pod(name, [from_key(name)]), rule)
        assert scanned(secret(name, **annotations), pod(name, [from_key(name)])) == [rule]
    # 4. A remedy works on annotations that exist, too.
    remedy = tried.refused(pod("past", [from_key("past")]), "secret-expired")[1]
    command = re.search(r"run: (kubectl annotate .*)$", remedy).group(1)
    space.kubectl(*shlex.split(command.replace("TEAM", "payments").replace(
        "YYYY-MM-DD", day(60)))[1:])
    tried.passes(pod("past", [from_key("past")]))
    # 5. However it gets into the environment: whole, in an init container, in any kind.
    whole = pod("whole", env_from=[{"secretRef": {"name": "endless"}}])
    assert ".envFrom[0]" in tried.refused(whole, "secret-without-expiry")[0]
    first = pod("first", initContainers=[{"name": "migrate", "image": "keysteward-test:dev",
                                          "env": [from_key("endless")]}])
    assert "initContainers[0]" in tried.refused(first, "secret-without-expiry")[0]
    tried.refused(cronjob("nightly", [from_key("endless")]), "secret-without-expiry")
    # 6. Files are no environment: volumes, projected or not, pass.
    volumes = [{"name": "a", "secret": {"secretName": "endless"}},
               {"name": "b", "projected": {"sources": [{"secret": {"name": "nobodys"}}]}}]
    tried.passes(pod("files", volumes=volumes))
    # 7. A Secret that comes later warns; an optional one does not; once it is there it is judged.
    late = pod("late", [from_key("comes-later")])
    tried.passes(late, warning="secret-missing")
    tried.passes(pod("optional", [from_key("never-comes", optional=True)]))
    tried.apply(secret("comes-later"))
    tried.refused(late, "secret-without-owner")
    # 8. What Keysteward delivers has an owner and an end by itself.
    space.declare()
    delivered = from_key("stripe-live")
    delivered["valueFrom"]["secretKeyRef"]["key"] = "API_KEY"
    tried.passes(deployment("checkout", [delivered]))
