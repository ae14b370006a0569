"""Builds one CMake preset and runs its GoogleTest programs, two at a time."""

import concurrent.futures
import json
import os
import subprocess
import tempfile

from outcome import Outcome

JOBS = "2"  # a C++ job may take 1.2 GB; the smallest machine has two cores
PROGRAMS_AT_ONCE = 2
# For one test program: the operator's simulation took 30 minutes under ASan on a busy machine.
SECONDS = 3600

SANITIZER_OPTIONS = {
    "ASAN_OPTIONS": "detect_leaks=1:strict_string_checks=1",
    "UBSAN_OPTIONS": "print_stacktrace=1:halt_on_error=1",
}


# The half of the conformance script that needs a real API server is run by api_server.py.
WITHOUT_SERVER = {"GTEST_FILTER": "-*/Real"}


def build_and_test(root, preset, text, folders=()):
    names = targets(root, text, folders)
    outcome = Outcome()
    if folders and not names:
        return outcome
    if not build_targets(root, preset, names):
        return Outcome.failure(f"build of preset {preset}")
    with concurrent.futures.ThreadPoolExecutor(PROGRAMS_AT_ONCE) as pool:
        for done in pool.map(lambda program: run_program(root, program),
                             programs(root, preset, text, folders)):
            outcome.add(done)
    return outcome


def build_targets(root, preset, names):
    """All targets of the preset, or those named; what went wrong is printed."""
    log = os.path.join(root, "build", f"{preset}.log")
    os.makedirs(os.path.dirname(log), exist_ok=True)
    with open(log, "w") as out:
        for command in (["cmake", "--preset", preset],
                        ["ninja", "-C", f"build/{preset}", "-j", JOBS, *names]):
            if subprocess.run(command, cwd=root, stdout=out, stderr=subprocess.STDOUT).returncode:
                print_end_of(log)
                return False
    return True


def targets(root, text, folders):
    """The test programs of some folders whose name holds the text; without folders nothing, which
    ninja takes for everything."""
    if not folders:
        return []
    names = subprocess.run(["grep", "-rhoE", r"keysteward_test\([a-z0-9_]+", "tests"], cwd=root,
                           capture_output=True, text=True, check=True).stdout.split()
    tests = [name.split("(")[1] for name in names]
    return [f"{test}_test" for test in tests
            if in_folders(test, folders) and text in f"{test}_test"]


def in_folders(test, folders):
    return not folders or any(test == f or test.startswith(f + "_") for f in folders)


def programs(root, preset, text, folders):
    folder = os.path.join(root, "build", preset, "tests")
    found = os.listdir(folder) if os.path.isdir(folder) else []
    chosen = [os.path.join(folder, name) for name in found
              if name.endswith("_test") and text in name
              and in_folders(name.removesuffix("_test"), folders)]
    # The largest also run longest, so that none is left alone at the end.
    return sorted(chosen, key=os.path.getsize, reverse=True)


def run_program(root, program, extra=None):
    """`extra`: variables of its environment."""
    name = os.path.relpath(program, root)
    environment = {**os.environ, **SANITIZER_OPTIONS, **WITHOUT_SERVER,
                   "TSAN_OPTIONS": f"halt_on_error=1:suppressions={root}/cmake/tsan.supp",
                   **(extra or {})}
    with tempfile.TemporaryDirectory() as scratch:
        report = os.path.join(scratch, "report.json")
        log = os.path.join(scratch, "log")
        try:
            with open(log, "w") as out:
                code = subprocess.run([program, f"--gtest_output=json:{report}"], cwd=root,
                                      env=environment, stdout=out, stderr=subprocess.STDOUT,
                                      stdin=subprocess.DEVNULL, timeout=SECONDS).returncode
        except subprocess.TimeoutExpired:
            print_end_of(log)
            return Outcome.failure(f"{name}: not finished after {SECONDS} s")
        outcome = read_report(name, report)
        if code != 0:
            print_end_of(log)
            if not outcome.failed:
                outcome.add(Outcome.failure(f"{name}: ended with code {code}"))
    print(f"   {name}: {outcome.line()}", flush=True)
    return outcome


def read_report(name, report):
    if not os.path.exists(report):
        return Outcome()
    with open(report) as file:
        suites = json.load(file)["testsuites"]
    outcome = Outcome()
    for suite in suites:
        for test in suite["testsuite"]:
            if test.get("failures"):
                outcome.add(Outcome.failure(f"{name}: {suite['name']}.{test['name']}"))
            elif test.get("result") == "SKIPPED":
                outcome.skipped += 1
            elif test.get("status") == "RUN":
                outcome.passed += 1
    return outcome


def print_end_of(log, lines=60):
    with open(log, errors="replace") as file:
        print("".join(file.readlines()[-lines:]), flush=True)
