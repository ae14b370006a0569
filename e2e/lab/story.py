"""Story: what the demo prints, step by step, and the parts that are told alike on every cluster."""

import secrets
import string
import time

from lab.provider import manifest


class Story:
    """Prints steps with the time since the start."""

    def __init__(self):
        self.begun = time.monotonic()

    def tell(self, text):
        print(f"[{time.monotonic() - self.begun:5.1f} s] {text}", flush=True)

    def show(self, text):
        for line in text.rstrip().splitlines():
            print(f"          {line}", flush=True)

    def rotate(self, cluster, namespace, credential):
        """Asks for a rotation and tells each step as it ends. Gives the result."""
        name = f"{credential}-demo-{int(time.time())}"
        self.tell("asking for a rotation under this traffic (CredentialRotation):")
        cluster.apply(manifest("rotation.yaml", name=name, namespace=namespace,
                               credential=credential, cause="Manual", reason="shown in the demo"))
        told = 0

        def finished():
            nonlocal told
            status = (cluster.get("mcrot", name, namespace=namespace) or {}).get("status", {})
            done = [step for step in status.get("steps", []) if step.get("completedAt")]
            for step in done[told:]:
                self.tell(f"  {step['name']:9} {step.get('message', '')}")
            told = len(done)
            return status.get("result")

        result = cluster.wait_until(f"rotation {name}", finished, timeout=180, pause=0.3)
        self.tell(f"the rotation ended: {result}")
        return result

    def count_calls(self, provider):
        """Gives how many calls of the application the provider refused."""
        calls = [entry for entry in provider.journal() if entry["path"] == "/v1/work"]
        refused = sum(entry["status"] != 200 for entry in calls)
        self.tell(f"calls of the application so far: {len(calls)}, refused: {refused}")
        return refused


def literal_key():
    """Made here so that no key stands in a file; of the form that a provider's live keys have."""
    return "sk_live_" + "".join(secrets.choice(string.ascii_letters + string.digits)
                                for _ in range(24))
