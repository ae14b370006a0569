"""Commits: what is staged, what changed since a branch, and the hooks that run it."""

import subprocess
import time

import pytest
import yaml
from conftest import PROGRAM, ROOT
from lab import samples

POD = """\
apiVersion: v1
kind: Pod
metadata: {{name: {name}}}
spec:
  containers:
  - name: app
    env:
    - name: API_KEY
      value: {value}
"""
KEY = samples.make("sk_live_{alnum:24}")
OTHER = samples.make("sk_live_{alnum:24}", 2)


def git(*arguments):
    subprocess.run(["git", *arguments], check=True, capture_output=True)


def commit(repository, **files):
    for name, text in files.items():
        (repository / f"{name}.yaml").write_text(text)
    git("add", "-A")
    git("commit", "-q", "-m", "x")


def test_an_old_key_does_not_stop_a_commit_and_a_new_one_does(scan, repository):
    commit(repository, a=POD.format(name="a", value=KEY))
    (repository / "a.yaml").write_text("# edited\n" + POD.format(name="a", value=KEY))
    git("add", "-A")
    done = scan.run("--staged")
    assert done.returncode == 0 and "(was there before)" in done.stdout
    (repository / "a.yaml").write_text(POD.format(name="a", value=OTHER))
    git("add", "-A")
    done = scan.run("--staged")
    assert done.returncode == 1 and "a.yaml:9:14: deny: " in done.stdout
    assert KEY not in done.stdout and OTHER not in done.stdout


def test_only_the_staged_version_counts(scan, repository):
    commit(repository, a=POD.format(name="a", value="$(KEY)"))
    (repository / "a.yaml").write_text(POD.format(name="a", value=KEY))
    assert scan.run("--staged").returncode == 0
    git("add", "-A")
    (repository / "a.yaml").write_text(POD.format(name="a", value="$(KEY)"))
    assert scan.run("--staged").returncode == 1


def test_a_branch_is_judged_by_what_it_adds(scan, repository):
    commit(repository, old=POD.format(name="old", value=KEY))
    git("checkout", "-q", "-b", "topic")
    commit(repository, new=POD.format(name="new", value=OTHER))
    report = scan.json("--since", "main")
    assert [finding["file"] for finding in report["findings"]] == ["new.yaml"]
    (repository / "new.yaml").unlink()
    git("commit", "-q", "-a", "-m", "y")
    assert scan.run("--since", "main").returncode == 0


def test_a_moved_file_is_no_news(scan, repository):
    commit(repository, a=POD.format(name="a", value=KEY))
    git("mv", "a.yaml", "b.yaml")
    (repository / "b.yaml").write_text(POD.format(name="a", value=KEY) + "# edited\n")
    git("add", "-A")
    assert scan.run("--staged").returncode == 0


def test_a_secret_that_is_not_staged_is_not_missing(scan, repository):
    text = POD.format(name="a", value="x").replace(
        "value: x", "valueFrom: {secretKeyRef: {name: elsewhere, key: k}}")
    (repository / "a.yaml").write_text(text)
    git("add", "-A")
    assert scan.run("--staged", "--fail-on", "warn").returncode == 0


def test_twenty_files_take_a_blink(scan, repository):
    for number in range(20):
        (repository / f"f{number}.yaml").write_text(POD.format(name=f"p{number}", value="$(K)") * 1)
    git("add", "-A")
    scan.run("--staged")
    seconds = []
    for _ in range(5):
        begun = time.monotonic()
        assert scan.run("--staged").returncode == 0
        seconds.append(time.monotonic() - begun)
    # 0.1 s is promised; other work on the machine is forgiven.
    assert min(seconds) < 0.3, seconds


@pytest.fixture
def hooks():
    with open(ROOT / ".pre-commit-hooks.yaml") as file:
        return {hook["id"]: hook for hook in yaml.safe_load(file)}


def run_as_hook(hook, repository, scan):
    """Installs the hook's entry as git's own pre-commit hook, files as pre-commit passes them."""
    words = hook["entry"].split()
    assert words[0] == "keysteward"
    names = '$(git diff --cached --name-only -- "*.yaml")' if hook.get("pass_filenames", True) else ""
    script = repository / ".git/hooks/pre-commit"
    script.write_text(f"#!/bin/sh\nexec {PROGRAM} {' '.join(words[1:])} "
                      f"{' '.join(hook.get('args', []))} {names}\n")
    script.chmod(0o755)
    return subprocess.run(["git", "commit", "-q", "-m", "x"], capture_output=True, text=True)


@pytest.mark.parametrize("name", ["keysteward-scan", "keysteward-scan-files"])
def test_a_hook_stops_a_commit_with_a_key_and_no_other(scan, repository, hooks, name):
    (repository / "a.yaml").write_text(POD.format(name="a", value=KEY))
    git("add", "-A")
    done = run_as_hook(hooks[name], repository, scan)
    assert done.returncode == 1
    assert "a.yaml:9:14: deny: " in done.stdout + done.stderr
    assert KEY not in done.stdout + done.stderr
    (repository / "a.yaml").write_text(POD.format(name="a", value="$(KEY)"))
    git("add", "-A")
    assert run_as_hook(hooks[name], repository, scan).returncode == 0
