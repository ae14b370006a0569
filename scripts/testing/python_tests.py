"""Runs the pytest files below some folders, one process for each folder that has a conftest.py or
files of its own; the scenarios share a process because they share a cluster."""

import os
import subprocess
import tempfile
import xml.etree.ElementTree as ElementTree

from outcome import Outcome

SECONDS = 2400  # for all files of one folder


def run(root, folders, text, without=()):
    outcome = Outcome()
    for folder in test_folders(root, folders, text):
        if folder not in without:
            outcome.add(run_folder(root, folder, text))
    return outcome


SHARED = "e2e/scenarios"


def test_folders(root, folders, text):
    found = set()
    for top in folders:
        for path, _, names in os.walk(os.path.join(root, top)):
            if any(n.startswith("test_") and n.endswith(".py") and text in os.path.join(path, n)
                   for n in names):
                folder = os.path.relpath(path, root)
                found.add(SHARED if folder.startswith(SHARED) else folder)
    return sorted(found)


def run_folder(root, folder, text, extra=None):
    """`extra`: variables of the tests' environment."""
    with tempfile.TemporaryDirectory() as scratch:
        report = os.path.join(scratch, "report.xml")
        command = ["python3", "-m", "pytest", "-q", "-rs", folder,
                   f"--junitxml={report}", "-p", "no:cacheprovider"]
        if folder == SHARED:
            # Folders are named like stories, so they are no packages.
            command += ["--import-mode=importlib", *(["-k", text] if text else [])]
        try:
            # Other work on the machine makes a cluster slow, not wrong: its time limits are tripled.
            code = subprocess.run(command, cwd=root, stdin=subprocess.DEVNULL, timeout=SECONDS,
                                  env={"KEYSTEWARD_CLUSTER_PATIENCE": "3", **os.environ,
                                       **(extra or {})}).returncode
        except subprocess.TimeoutExpired:
            return Outcome.failure(f"{folder}: not finished after {SECONDS} s")
        outcome = read_report(report)
    if code not in (0, 5) and not outcome.failed:
        outcome.add(Outcome.failure(f"{folder}: pytest ended with code {code}"))
    return outcome


def read_report(report):
    outcome = Outcome()
    if not os.path.exists(report):
        return outcome
    for case in ElementTree.parse(report).getroot().iter("testcase"):
        name = f"{case.get('classname')}.{case.get('name')}"
        if case.find("failure") is not None or case.find("error") is not None:
            outcome.add(Outcome.failure(name))
        elif case.find("skipped") is not None:
            outcome.skipped += 1
        else:
            outcome.passed += 1
    return outcome
