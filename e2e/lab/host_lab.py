"""HostLab: what one host-mode scenario works with: a cluster, a provider, an operator, a history."""

import contextlib
import json
import os

from lab import stranger
from lab.caller import Caller, delivered_value
from lab.canary import keep_objects
from lab.history import History
from lab.host import BIN, HostOperator, HostProvider
from lab.interceptor import OpenGate
from lab.provider import manifest
from lab.shell import run
from lab.space import Space

NAMESPACE = "keysteward-system"
LEASE = "keysteward-operator"
# The provider listens on this machine, which is allowed to nobody but tests; pods are pretended,
# so no kubelet can be late.
ARGUMENTS = ("--allow-loopback-providers", "--allowed-host=localhost:private",
             "--secret-staleness=0s", "--workload-restarts=0", "--sweep-interval=1s", "--orphan-age=3s")


class HostLab:
    """`provider`: one that another lab started; it is called through a door of our own."""

    def __init__(self, cluster, story, operators=1, arguments=ARGUMENTS, provider=None,
                 canary=None):
        self.canary = canary
        self.wanted = operators
        self.arguments = arguments
        self.cluster = cluster
        self.story = story
        self.shared = provider
        self.provider = provider.seen_from(cluster) if provider else HostProvider(cluster)
        self.operators = []
        self.callers = []
        self.space = None
        self.history = History(cluster)

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_):
        self.stop()

    def start(self):
        self.cluster.install(NAMESPACE)
        self.history.start()
        if self.shared is None:
            self.provider.deploy()
        for _ in range(self.wanted):
            self.operators.append(HostOperator(self.cluster, NAMESPACE, *self.arguments))
        self.space = Space(self.cluster, self.provider, self.story)
        for operator in self.operators:
            operator.start()

    @property
    def operator(self):
        return self.operators[0]

    def stop(self):
        with contextlib.ExitStack() as stack:  # each of these runs, whatever the others come to
            stack.callback(self.cluster.kubectl, "delete", "lease", LEASE, "-n", NAMESPACE,
                           "--ignore-not-found")
            if self.shared is None:
                stack.callback(self.provider.stop)
            stack.callback(self.history.stop)
            for operator in self.operators:
                stack.callback(operator.stop)
            if self.space is not None:
                stack.callback(self.leave)
                stack.callback(self.keep_outputs)
            for caller in self.callers:
                stack.callback(caller.stop)
            self.set_gate(None)

    def listed(self, kind):
        """The objects of that kind in the story's namespace."""
        return (self.space.get(kind) or {"items": []})["items"]

    def keep_outputs(self):
        """All that came out of Keysteward in this story, for the search at the end of the run."""
        if self.canary is None:
            return
        keep, story = self.canary.keep, self.space.name
        self.canary.learn(self.provider.issued())
        for namespace in (story, NAMESPACE):
            keep_objects(self.canary, self.cluster, namespace)
        for operator in self.operators:
            keep(f"operator log in {story}", operator.text())
            keep(f"metrics in {story}", operator.metrics())
        calls = [call for operator in self.operators for call in operator.proxy.calls]
        keep(f"URLs in {story}", "\n".join(call.path for call in calls + self.provider.proxy.calls))
        credentials = [item["metadata"]["name"] for item in self.listed("mcred")]
        commands = [["list", "-o", "yaml"], ["check"]]
        commands += [verb for name in credentials for verb in (["status", name],
                                                               ["evidence", "export", name])]
        for command in commands:
            done = run([os.path.join(BIN, "keysteward"), "-n", story, *command],
                       env=self.cluster.env, check=False)
            keep(f"answer of keysteward {command[0]} in {story}", done.stdout + done.stderr)

    def leave(self):
        """Removes the namespace while somebody reconciles, so that nothing is left to the next
        story; what a failed story left standing goes by force."""
        self.space.remove()
        gone = self.cluster.kubectl("wait", "--for=delete", f"namespace/{self.space.name}",
                                    "--timeout=30s", check=False)
        if gone.returncode != 0:
            for kind in ("mcred", "mcrot"):
                for item in self.listed(kind):
                    self.space.kubectl("patch", kind, item["metadata"]["name"], "--type=merge",
                                       "-p", '{"metadata":{"finalizers":null}}', check=False)
        self.cluster.kubectl("delete", "mcrev", "--all", "--wait=false", check=False)

    def set_gate(self, gate):
        """From now on every call of the operator and of the provider passes this gate."""
        for operator in self.operators:
            operator.proxy.gate = gate or OpenGate()
        for door in self.provider.doors:
            door.gate = gate or OpenGate()

    def restart_operator(self):
        """A killed operator is started again. Its lease would stand for 15 s, which would only be
        waited for: it is taken away."""
        self.cluster.kubectl("delete", "lease", LEASE, "-n", NAMESPACE, "--ignore-not-found")
        self.operator.start()

    def leader(self):
        """The operator that holds the lease, once one does."""
        def held():
            lease = self.cluster.get("lease", LEASE, namespace=NAMESPACE)
            holder = (lease or {}).get("spec", {}).get("holderIdentity", "")
            return next((o for o in self.operators
                         if o.running() and holder.startswith(o.identity)), None)
        return self.cluster.wait_until("a leader", held, timeout=60)

    def run_fake_application(self, name="shop-api", secret="stripe-live"):
        self.cluster.apply(manifest("fake-application.yaml", name=name, secret=secret,
                                    namespace=self.space.name))
        self.space.kubectl("rollout", "status", f"deploy/{name}", "--timeout=60s")
        caller = Caller(self.provider,
                        lambda: delivered_value(self.history, self.space.name, secret))
        caller.start()
        self.callers.append(caller)

    def verify_evidence(self, credential="stripe-live"):
        """The whole chain, by our command and by a program that shares nothing with us."""
        program = os.path.join(BIN, "keysteward")
        bundle = os.path.join(self.cluster.folder, "evidence.json")
        env = self.cluster.env
        run([program, "-n", self.space.name, "evidence", "export", credential, "-f", bundle],
            env=env)
        pinned = self.cluster.get("configmap", "keysteward-installation", namespace=NAMESPACE)
        key = os.path.join(self.cluster.folder, "evidence.pem")
        with open(key, "w") as file:
            file.write(pinned["data"]["evidence-public-key"])
        with open(bundle) as file:
            written = json.load(file)
        first = written["rotations"][0]["entries"][0]["seq"]  # what is older is pruned
        assert stranger.verify(written) == written["entries"] - first + 1
        return run([program, "evidence", "verify", bundle, "--key", key], env=env).stdout
