"""The stages of scripts/test, in the order they run."""

import os
import subprocess

import clusters
import cpp
import python_tests
from outcome import Outcome

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

# What also runs under sanitizers in every run, within its hour on two cores; --sanitizers does the rest
# too. Under ASan the tests' own objects are those of the dev build (tests/CMakeLists.txt), so the build
# is that of the product alone; under TSan everything is compiled anew.
PARSING = ["common", "observability", "tls", "http", "api", "evidence", "kube", "detection", "policy",
           "webhook"]
THREADED = ["common", "observability"]
EVERY = ["common", "observability", "tls", "http", "api", "evidence", "kube", "detection", "policy",
         "operator", "webhook", "cli", "fakes", "conformance", "e2e_providers"]


class Stage:
    def __init__(self, name, run, on_cluster=False):
        self.name = name
        self.run = run
        self.on_cluster = on_cluster


def run_style(_filter):
    """Layers and formatting; each script is one test."""
    outcome = Outcome()
    for command in (["scripts/check_layers"], ["scripts/format", "--check"]):
        done = subprocess.run(command, cwd=ROOT)
        name = " ".join(command)
        outcome.add(Outcome(passed=1) if done.returncode == 0 else Outcome.failure(name))
    return outcome


def all_stages():
    return [
        Stage("style", run_style),
        Stage("unit", lambda text: cpp.build_and_test(ROOT, "dev", text)),
        Stage("unit under ASan and UBSan", lambda text: cpp.build_and_test(ROOT, "asan", text, PARSING)),
        Stage("unit under TSan", lambda text: cpp.build_and_test(ROOT, "tsan", text, THREADED)),
        Stage("scripts and chart", lambda text: python_tests.run(ROOT, ["tests", "scripts/tests"], text)),
        Stage("e2e", lambda text: clusters.run(ROOT, text), on_cluster=True),
    ]


def sanitizer_stages():
    """Every test program under every sanitizer."""
    return [
        Stage("unit under ASan and UBSan", lambda text: cpp.build_and_test(ROOT, "asan", text, EVERY)),
        Stage("unit under TSan", lambda text: cpp.build_and_test(ROOT, "tsan", text, EVERY)),
    ]


def chosen(unit, e2e, sanitizers=False):
    if sanitizers:
        return sanitizer_stages()
    if unit == e2e:
        return all_stages()
    return [stage for stage in all_stages() if stage.on_cluster == e2e]
