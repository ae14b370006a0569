"""Leaks: one leaked key from the report to the proven refusal, and whose time it was."""

import time

from bed.figures import percentile

OURS = "/apis/keysteward.dev/v1alpha1/namespaces"
STAMP = "revision.keysteward.dev/"


class Leak:
    """Reports the current key of a credential as leaked and follows what happens."""

    def __init__(self, api, namespace, credential, deployments):
        self.api, self.namespace, self.credential = api, namespace, credential
        self.deployments = deployments

    def run(self, name, timeout=180):
        """Seconds in all, and of these until the last patch and after the last old pod was gone."""
        wanted = self.credential_status()["revision"] + 1
        begun = time.monotonic()
        self.report(name)
        patched = self.wait(lambda: self.are_patched(wanted), "every workload patched", timeout) - begun
        rolled = self.wait(lambda: self.are_rolled(wanted), "every old pod gone", timeout) - begun
        ended = self.wait(lambda: self.result(name), "the rotation complete", timeout) - begun
        if self.result(name) != "Proven":
            raise SystemExit(f"rotation {name} ended {self.result(name)}")
        return {"all": ended, "ours": patched + (ended - rolled), "pods": rolled - patched}

    def report(self, name):
        self.api.post(f"{OURS}/{self.namespace}/credentialrotations", {
            "apiVersion": "keysteward.dev/v1alpha1", "kind": "CredentialRotation",
            "metadata": {"name": name, "namespace": self.namespace},
            "spec": {"credentialRef": {"name": self.credential}, "cause": "Leak",
                     "reason": "benchmark"}})

    def wait(self, condition, what, timeout):
        end = time.monotonic() + timeout
        while not condition():
            if time.monotonic() > end:
                raise SystemExit(f"not {what} within {timeout} s")
            time.sleep(0.02)
        return time.monotonic()

    def credential_status(self):
        return self.api.get(f"{OURS}/{self.namespace}/managedcredentials/{self.credential}")["status"]

    def result(self, name):
        rotation = self.api.get(f"{OURS}/{self.namespace}/credentialrotations/{name}")
        return rotation.get("status", {}).get("result")

    def stamp(self, meta):
        return int(meta.get("annotations", {}).get(STAMP + self.credential, 0))

    def listed(self, path):
        return self.api.get(f"{path}?resourceVersion=0")["items"]

    def are_patched(self, wanted):
        items = self.listed(f"/apis/apps/v1/namespaces/{self.namespace}/deployments")
        return sum(self.stamp(each["spec"]["template"]["metadata"]) >= wanted
                   for each in items) >= self.deployments

    def are_rolled(self, wanted):
        pods = self.listed(f"/api/v1/namespaces/{self.namespace}/pods")
        if any(self.stamp(pod["metadata"]) < wanted for pod in pods):
            return False
        return all(each["status"].get("readyReplicas", 0) == each["spec"]["replicas"]
                   for each in self.listed(f"/apis/apps/v1/namespaces/{self.namespace}/deployments"))


def report(figures, what, runs, all_s, ours_s=None):
    """The 95th percentiles of several runs."""
    p95 = {name: percentile([run[name] for run in runs], 0.95) for name in ("all", "ours", "pods")}
    figures.at_most(f"{what}, p95 of {len(runs)}", p95["all"], all_s, "s",
                    f"of which pods {p95['pods']:.1f} s")
    if ours_s is None:
        figures.told(f"{what}, ours, p95", p95["ours"], "s")
    else:
        figures.at_most(f"{what}, ours, p95", p95["ours"], ours_s, "s")
