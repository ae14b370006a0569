"""The reports of a scan, read by the programs and schemas that they are made for."""

import json
import re
import subprocess
import xml.etree.ElementTree as ElementTree

import pytest
import yaml
from conftest import tool
from lab import samples

MANIFEST = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: api, namespace: shop}
spec:
  template:
    spec:
      containers:
      - name: app
        env:
        - name: STRIPE_KEY
          value: sk_live_«{alnum:24}»
        - name: DB_PASSWORD
          valueFrom: {secretKeyRef: {name: db, key: password}}
---
apiVersion: v1
kind: Secret
metadata: {name: db, namespace: shop}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: c}
data: {pay: sk_test_«{alnum:24}»}
"""


@pytest.fixture
def manifest(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text, values = samples.render(MANIFEST)
    (tmp_path / "de ploy").mkdir()
    (tmp_path / "de ploy/a.yaml").write_text(text)
    (tmp_path / "broken.yaml").write_text("a: [\n")
    return values


def report(scan, form, values):
    done = scan.run(".", "-o", form)
    assert done.returncode == 2 and "broken.yaml" in done.stderr + done.stdout
    assert not any(value in done.stdout + done.stderr for value in values)
    return done.stdout


def test_sarif_passes_the_validator_of_its_makers(scan, manifest, tmp_path):
    validator = tool("Sarif.Multitool")
    if not validator:
        pytest.skip("the validator is not set up: run scripts/setup --cluster")
    file = tmp_path / "scan.sarif"
    file.write_text(report(scan, "sarif", manifest))
    verdict = tmp_path / "verdict.sarif"
    # ICU is a package that only .NET programs need.
    done = subprocess.run([validator, "validate", file, "--output", verdict, "--level",
                           "Error;Warning", "--log", "ForceOverwrite"],
                          capture_output=True, text=True, timeout=120,
                          env={"DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1", "HOME": str(tmp_path),
                               "DOTNET_BUNDLE_EXTRACT_BASE_DIR": str(tmp_path / "net")})
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(verdict.read_text("utf-8-sig"))["runs"][0].get("results", []) == []


def test_sarif_fingerprints_survive_moved_lines(scan, manifest, tmp_path):
    def fingerprints():
        run = json.loads(scan.run("de ploy", "-o", "sarif").stdout)["runs"][0]
        return [(result["ruleId"], result["partialFingerprints"]) for result in run["results"]]
    before = fingerprints()
    file = tmp_path / "de ploy/a.yaml"
    file.write_text("# one\n# two\n" + file.read_text())
    assert fingerprints() == before and len(before) == 4


def test_junit_is_xml_with_the_right_counts(scan, manifest):
    suites = ElementTree.fromstring(report(scan, "junit", manifest))
    assert suites.attrib == {"name": "keysteward scan", "tests": "5", "failures": "3", "errors": "1"}
    cases = list(suites.iter("testcase"))
    assert len(cases) == 5
    assert sum(case.find("failure") is not None for case in cases) == 3
    assert {case.get("file") for case in cases if case.get("file")} == {"de ploy/a.yaml"}


def test_github_annotations_name_file_and_line(scan, manifest):
    lines = report(scan, "github", manifest).splitlines()
    assert any(line.startswith("::error file=de ploy/a.yaml,line=11,col=18,title=keysteward "
                               "stripe-secret-key::") for line in lines)
    assert all(re.match(r"::(error|warning) file=[^,]+(,line=\d+,col=\d+)?,title=[^:]+::", line)
               for line in lines)


def test_gitlab_report_has_what_gitlab_requires(scan, manifest):
    issues = json.loads(report(scan, "gitlab", manifest))
    assert len({issue["fingerprint"] for issue in issues}) == len(issues) == 4
    for issue in issues:
        assert issue["severity"] in ("info", "minor", "major", "critical", "blocker")
        assert issue["description"] and issue["check_name"]
        assert issue["location"]["path"] == "de ploy/a.yaml"
        assert issue["location"]["lines"]["begin"] > 0


def test_policy_reports_have_the_form_of_their_kind(scan, manifest):
    reports = list(yaml.safe_load_all(report(scan, "policyreport", manifest)))
    assert [(r["kind"], r["metadata"].get("namespace")) for r in reports] == [
        ("ClusterPolicyReport", None), ("PolicyReport", "shop")]
    for one in reports:
        assert one["apiVersion"] == "wgpolicyk8s.io/v1alpha2"
        assert sum(one["summary"].values()) == len(one["results"])
        for result in one["results"]:
            assert result["result"] in ("pass", "fail", "warn", "error", "skip")
            assert result["severity"] in ("critical", "high", "medium", "low", "info")
            assert isinstance(result["timestamp"]["seconds"], int)
            assert all(isinstance(value, str) for value in result["properties"].values())


def test_text_is_at_most_three_lines_for_a_finding(scan, manifest):
    lines = report(scan, "text", manifest).splitlines()
    starts = [i for i, line in enumerate(lines) if not line.startswith("    ")]
    assert all(following - start <= 3 for start, following in zip(starts, starts[1:]))
    assert all(re.search(r": (deny|warn): \S+: .+ \(.+\): ", lines[i]) for i in starts[:-2])
