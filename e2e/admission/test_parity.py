"""One engine, one verdict: `keysteward scan` and the webhook say the same of the same object: the same
findings (path, rule), the same text, the same severity.

The objects are those of tests/data, the generated sets of tests/data/detection among them. The webhook is
asked through the API server, twice: where it denies, and in a namespace whose mode is warn, where
every finding is a warning.
"""

import collections
import functools
import json
import pathlib
import subprocess
import sys
import tempfile

import pytest
import yaml

import admission_samples as samples
from admission_stack import BIN, FOREIGN, REPOSITORY, days, deployment, eventually, from_secret, secret

sys.path.insert(0, str(samples.DATA))

from detection.generate import Sets  # noqa: E402 (the path is set above)

FEWEST = 500
MOST_WARNINGS, LONGEST_WARNING = 5, 250  # of one answer: policy/messages.cc; the rest is cut

BUILT_IN = {"v1": {"Pod", "ReplicationController", "PodTemplate", "ConfigMap", "Service"},
            "apps/v1": {"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"},
            "batch/v1": {"Job", "CronJob"}, "networking.k8s.io/v1": {"Ingress"}}
REGISTERED = {**BUILT_IN, **{f"{group}/{version}": {kind} for kind, (group, version, _) in FOREIGN.items()}}

# Differences that are meant, by what makes them; each was looked at.
EXPECTED = {
    # The API server keeps the last of two members with one name; the file has both.
    "duplicate-key",
}

Said = collections.namedtuple("Said", "severity message fix")


def texts():
    """(name, text) of every manifest there is."""
    for folder in ("deny", "clean"):
        for path in samples.files(folder):
            yield f"{folder}-{path.stem}", samples.render(path.read_text())[0]
    with tempfile.TemporaryDirectory() as folder:
        Sets(folder, seed="parity", counts={"random": 1, "format": 1, "password": 1}, innocent=600, twins_per_place=1).write()
        for path in sorted(pathlib.Path(folder).rglob("*")):
            if path.suffix in (".yaml", ".json") and path.name != "labels.json":
                yield "-".join(path.relative_to(folder).parts).removesuffix(path.suffix), path.read_text()


def objects():
    """(name, object) of each that the webhook is asked about."""
    for name, text in texts():
        try:
            documents = [d for d in yaml.safe_load_all(text) if isinstance(d, dict)]
        except yaml.YAMLError:
            continue  # a template before rendering, or not for this reader
        things = [each for d in documents for each in d.get("items", [d]) if isinstance(each, dict)]
        for index, thing in enumerate(things):
            if thing.get("kind") in REGISTERED.get(thing.get("apiVersion"), ()) and name not in EXPECTED:
                yield f"{name}-{index}", thing


@functools.cache  # the times in it are told
def references():
    """Workloads that use Secrets of every state, and the Secrets."""
    return list(_references())


def _references():
    states = {"good": {"owner": "payments", "expires_at": days(60)}, "ownerless": {"expires_at": days(60)},
              "endless": {"owner": "payments"}, "bare": {}, "past": {"owner": "payments", "expires_at": days(-3)},
              "far": {"owner": "payments", "expires_at": days(4000)}, "soon": {"owner": "x", "expires_at": days(2)},
              "malformed": {"owner": "x", "expires_at": "next year"}}
    for state, annotations in states.items():
        thing = deployment(f"uses-{state}", None, [from_secret(f"parity-{state}")])
        thing["spec"]["template"]["spec"]["initContainers"] = [
            {"name": "first", "image": "x", "envFrom": [{"secretRef": {"name": f"parity-{state}"}}]}]
        yield thing, secret(f"parity-{state}", None, **annotations)


def placed(thing, space):
    metadata = {**(thing.get("metadata") or {}), "namespace": space}
    for member in ("uid", "resourceVersion", "creationTimestamp", "ownerReferences", "generation", "selfLink"):
        metadata.pop(member, None)
    return {**thing, "metadata": metadata}


@pytest.fixture(scope="module")
def spaces(stack, api):
    """A namespace that denies and one that warns, with the same Secrets."""
    made = {"deny": stack.namespace(), "warn": stack.namespace()}
    label = {"metadata": {"labels": {"keysteward.dev/enforce": "warn"}}}
    assert api.patch({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": made["warn"]}}, "merge", label).ok
    for space in made.values():
        for _, held in references():
            assert api.create(placed(held, space)).ok
    probes = [thing for thing, _ in references() if "bare" in thing["metadata"]["name"]]
    for mode, space in made.items():
        eventually(lambda m=mode, s=space: (lambda r: r.ok == (m == "warn") and (r.refusal or r.warnings))(
            api.create(placed(probes[0], s), dry_run=True)), f"{mode} counts and the Secrets are known", 20)
    return made


def judged_by_scan(folder):
    done = subprocess.run([BIN / "keysteward", "scan", folder, "-o", "json"], capture_output=True, text=True)
    report = json.loads(done.stdout)
    assert not report["errors"], report["errors"][:3]
    said = collections.defaultdict(list)
    for finding in report["findings"]:
        if finding["severity"] != "info":
            said[pathlib.Path(finding["file"]).stem].append(
                Said(finding["severity"], finding["message"], finding["fix"]))
    return said


def ours(warnings):
    """The API server has warnings of its own, about a variable that stands twice for instance."""
    told = (": literal credential (", ": Secret without owner or end (", ": Secret in the environment (")
    return [text for text in warnings if any(each in text for each in told)]


def short(message):
    return message.encode()[:LONGEST_WARNING - 4].decode(errors="ignore")


def difference(scan, deny, warn):
    """What is not the same, or None. `deny`, `warn`: the API server's answers in the two namespaces."""
    denied = [said for said in scan if said.severity == "deny"]
    warned = [said for said in scan if said.severity == "warn"]
    if bool(denied) != bool(deny.refusal):
        return f"scan denies {len(denied)}, the webhook {'denies' if deny.refusal else 'does not'}"
    if denied:
        lines = deny.refusal.splitlines()
        if (lines[0], lines[1]) not in {(said.message, said.fix) for said in denied}:
            return f"the webhook's words are none of the scan's: {lines[:2]}"
        more = int(lines[2].partition("; ")[2].split(" ")[0] or 0) if "; " in lines[2] else 0
        if more != len(denied) - 1:
            return f"the webhook counts {more + 1} denials, the scan {len(denied)}"
    for words, wanted in ((deny.warnings, warned), (warn.warnings, scan)):
        got = collections.Counter(short(text) for text in ours(words))
        want = collections.Counter(short(said.message) for said in wanted)
        if len(wanted) <= MOST_WARNINGS and got != want or got - want:
            return f"warnings only of the webhook: {list(got - want)}; only of the scan: {list(want - got)}"
    return None


def test_scan_and_webhook_say_the_same(stack, api, spaces, tmp_path):
    asked = [(f"reference-{index}", thing) for index, (thing, _) in enumerate(references())]
    asked += objects()
    for _, held in references():
        (tmp_path / f"{held['metadata']['name']}.json").write_text(json.dumps(placed(held, "parity")))
    for name, thing in asked:
        (tmp_path / f"{name}.json").write_text(json.dumps(placed(thing, "parity")))
    said = judged_by_scan(tmp_path)
    different, compared, counts = {}, 0, collections.Counter()
    for name, thing in asked:
        deny, warn = (api.create(placed(thing, spaces[mode]), dry_run=True) for mode in ("deny", "warn"))
        if not warn.ok:  # no valid object: the API server refuses it before us, or after
            counts[f"{warn.status} of the API server"] += 1
            continue
        compared += 1
        counts["denied" if deny.refusal else "warned" if deny.warnings else "clean"] += 1
        if why := difference(said.pop(name, []), deny, warn):
            different[name] = why
    print(f"\n{compared} objects compared: {dict(counts)}")
    assert not different, json.dumps(different, indent=1)
    assert compared >= FEWEST
    assert counts["denied"] >= 100 and counts["clean"] >= 100
