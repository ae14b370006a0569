"""Canary: every key value that a provider of these tests ever issued, searched in everything that
came out of Keysteward: logs at trace level, Events, all objects but the data of Secrets, metrics,
evidence, answers of the command line, URLs.

Searched for is any run of eight characters of a value's secret part, as it is and in the forms that
a leak takes: base64 at each of its three offsets, hexadecimal, percent-encoded, JSON-escaped,
UTF-16, reversed. Key ids are not secret. What is found is named by key id, form and place; the
value is never printed.

    canary.learn({"key_1": value}); canary.keep("operator log", text); canary.search()
"""

import base64
import os
import re
import subprocess
import tempfile

RUN = 8  # shortest part of a value that counts as one
PREFIX = re.compile(r"^[a-z]+_[a-z]+_")  # the public part: ksk_live_


def forms(run):
    """{form: text} of one run of characters."""
    raw = run.encode()
    found = {"raw": run, "reversed": run[::-1], "hexadecimal": raw.hex(),
             "hexadecimal, upper case": raw.hex().upper(),
             "percent-encoded": "".join(f"%{byte:02X}" for byte in raw),
             "JSON-escaped": "".join(f"\\u{byte:04x}" for byte in raw)}
    for offset in range(3):
        # Only the characters that no neighbour of the run has a part in.
        text = base64.b64encode(b"\0" * offset + raw).decode().rstrip("=")
        first = (0, 2, 3)[offset]
        last = (offset + len(raw)) * 8 // 6
        found[f"base64 at offset {offset}"] = text[first:last]
        found[f"base64url at offset {offset}"] = text[first:last].translate(
            str.maketrans("+/", "-_"))
    return found


def runs(value):
    """Every run of the secret part."""
    secret = PREFIX.sub("", value)
    return [secret[i:i + RUN] for i in range(len(secret) - RUN + 1)]


class Canary:
    def __init__(self, folder=None):
        self.values = {}
        self.folder = folder or tempfile.mkdtemp(prefix="keysteward-outputs-")
        self.size = 0

    def learn(self, issued):
        self.values.update(issued)

    def keep(self, source, text):
        """Takes an output; `source` names it in the verdict."""
        name = re.sub(r"[^A-Za-z0-9.-]+", "_", source)
        # A character of UTF-16 is one of the text with a NUL beside it.
        with open(os.path.join(self.folder, name), "ab") as file:
            file.write(text.encode(errors="replace") + b"\n")
            if "\0" in text:
                file.write(text.replace("\0", "").encode(errors="replace") + b"\n")
        self.size += len(text)

    def patterns(self):
        """{text to search for: (key id, form)}."""
        return {text: (key, form) for key, value in self.values.items() for run in runs(value)
                for form, text in forms(run).items()}

    def search(self):
        """What was found: (place, key id, form), without any value."""
        patterns = self.patterns()
        if not patterns:
            return []
        with tempfile.NamedTemporaryFile("w", prefix="keysteward-patterns-") as file:
            file.write("\n".join(patterns))
            file.flush()
            done = subprocess.run(["grep", "-raoFf", file.name, self.folder], capture_output=True,
                                  text=True, env={**os.environ, "LC_ALL": "C"})
        assert done.returncode in (0, 1), "the search itself failed"
        found = set()
        for line in done.stdout.splitlines():
            place, _, text = line.partition(":")
            found.add((os.path.basename(place), *patterns[text]))
        return sorted(found)


# What a namespace may hold that Keysteward writes or makes others write.
KINDS = ("managedcredentials,credentialrotations,credentialissuers,credentialpolicies,"
         "credentialexceptions,pods,deployments,statefulsets,daemonsets,replicasets,configmaps,"
         "events,events.events.k8s.io,serviceaccounts")
CLUSTER_KINDS = "credentialrevocations,clustercredentialissuers,namespaces"


def keep_objects(canary, cluster, namespace):
    """All objects of the namespace, and of Secrets everything but their data."""
    everything = ["--show-managed-fields", "-o", "yaml"]
    for source, arguments in (
            (f"objects of {namespace}", ["-n", namespace, KINDS, *everything]),
            ("objects of the cluster", [CLUSTER_KINDS, *everything]),
            (f"metadata of Secrets of {namespace}",
             ["-n", namespace, "secrets", "-o", "jsonpath={.items[*].metadata}"])):
        canary.keep(source, cluster.kubectl("get", *arguments, check=False).stdout)


def keep_installation(canary, cluster, namespace):
    """Logs and metrics of Keysteward's own pods, and all that stands in its namespace."""
    for pod in cluster.get("pods", namespace=namespace)["items"]:
        name = pod["metadata"]["name"]
        for more in ([], ["--previous"]):
            logs = cluster.kubectl("-n", namespace, "logs", name, *more, check=False)
            canary.keep(f"log of {name}", logs.stdout)
        place = f"/api/v1/namespaces/{namespace}/pods/{name}:8080/proxy/metrics"
        canary.keep(f"metrics of {name}", cluster.kubectl("get", "--raw", place, check=False).stdout)
    keep_objects(canary, cluster, namespace)
