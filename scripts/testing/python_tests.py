"""Runs the pytest files below some folders, each folder's files in one process."""

import os
import subprocess
import tempfile
import xml.etree.ElementTree as ElementTree

from outcome import Outcome

SECONDS = 2400  # for all files of one folder


def run(root, folders, text):
    outcome = Outcome()
    for folder in test_folders(root, folders, text):
        outcome.add(run_folder(root, folder))
    return outcome


def test_folders(root, folders, text):
    found = set()
    for top in folders:
        for path, _, names in os.walk(os.path.join(root, top)):
            if any(n.startswith("test_") and n.endswith(".py") and text in os.path.join(path, n)
                   for n in names):
                found.add(os.path.relpath(path, root))
    return sorted(found)


def run_folder(root, folder):
    with tempfile.TemporaryDirectory() as scratch:
        report = os.path.join(scratch, "report.xml")
        command = ["python3", "-m", "pytest", "-q", "-rs", folder,
                   f"--junitxml={report}", "-p", "no:cacheprovider"]
        try:
            code = subprocess.run(command, cwd=root, stdin=subprocess.DEVNULL,
                                  timeout=SECONDS).returncode
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
