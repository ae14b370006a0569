"""Runs the pytest files below some folders, one process for each folder that has files of its own.

The scenarios of e2e are two processes: those on the real node, and those with operators as processes
of this machine. Each has one cluster for all of its scenarios.
"""

import os
import signal
import subprocess
import tempfile
import threading
import xml.etree.ElementTree as ElementTree

from outcome import Outcome

SECONDS = 3600  # for all files of one folder
SCENARIOS = "e2e/scenarios"


def run(root, folders, text, without=()):
    outcome = Outcome()
    for folder in test_folders(root, folders, text):
        if folder not in without:
            outcome.add(run_folder(root, folder, text))
    return outcome


def test_folders(root, folders, text):
    found = set()
    for top in folders:
        for path, _, names in os.walk(os.path.join(root, top)):
            if any(n.startswith("test_") and n.endswith(".py") and text in os.path.join(path, n)
                   for n in names):
                folder = os.path.relpath(path, root)
                found.add(SCENARIOS if folder.startswith(SCENARIOS) else folder)
    return sorted(found)


def run_scenarios(root, text, bed):
    if not test_folders(root, [SCENARIOS], text):
        return Outcome()
    # Folders are named like stories, so they are no packages.
    arguments = ["--import-mode=importlib", "-v", "--no-header", "--durations=0",
                 "--durations-min=10", f"--bed={bed}", *(["-k", text] if text else [])]
    return run_pytest(root, SCENARIOS, arguments, prefix=f"{bed}: ")


def run_folder(root, folder, text, extra=None):
    """`extra`: variables of the tests' environment."""
    return run_pytest(root, folder, ["-q"], prefix=f"{folder}: ", extra=extra)


def run_pytest(root, folder, arguments, prefix, extra=None):
    """Each line of what it says begins with `prefix`, since two may speak at once."""
    with tempfile.TemporaryDirectory() as scratch:
        report = os.path.join(scratch, "report.xml")
        command = ["python3", "-u", "-m", "pytest", "-rs", folder, *arguments,
                   f"--junitxml={report}", "-p", "no:cacheprovider"]
        # Other work on the machine makes a cluster slow, not wrong: its time limits are tripled.
        environment = {"KEYSTEWARD_CLUSTER_PATIENCE": "3", **os.environ, **(extra or {})}
        try:
            code = run_showing(command, root, environment, prefix)
        except subprocess.TimeoutExpired:
            return Outcome.failure(f"{prefix}not finished after {SECONDS} s")
        outcome = read_report(report)
        if code not in (0, 5) and not outcome.failed:
            outcome.add(Outcome.failure(f"{prefix}pytest ended with code {code}"))
    return outcome


def run_showing(command, root, environment, prefix):
    """Its exit code; what it says is shown as it comes, line by line behind `prefix`."""
    with subprocess.Popen(command, cwd=root, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, env=environment) as child:
        timer = threading.Timer(SECONDS, child.kill)
        timer.start()
        try:
            for line in child.stdout:
                print(prefix + line, end="", flush=True)
        finally:
            timer.cancel()
        if child.wait() == -signal.SIGKILL:
            raise subprocess.TimeoutExpired(command, SECONDS)
        return child.returncode


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
