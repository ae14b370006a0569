"""scripts/setup: what it says is missing, what an interruption leaves, two at once. Builds and
installs nothing."""

import base64
import hashlib
import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SETUP = ROOT / "scripts" / "setup"
SCRIPTS = [
    SETUP,
    ROOT / "e2e/cluster/node-init",
    ROOT / "e2e/cluster/tools/renew",
    *sorted((ROOT / "scripts/lib").glob("*.sh")),
]


def run(*arguments, cache, **variables):
    environment = {**os.environ, "XDG_CACHE_HOME": str(cache), **variables}
    return subprocess.run(
        [SETUP, *arguments], capture_output=True, text=True, env=environment, timeout=60
    )


def in_library(script, cache, path=None):
    """Runs shell code with the set-up's functions."""
    sources = " ".join(
        f". {ROOT}/scripts/lib/{name}.sh;"
        for name in (
            "say",
            "versions",
            "packages",
            "debian",
            "cache",
            "wheel",
            "go_toolchain",
            "npm",
            "cluster_tools",
        )
    )
    environment = {**os.environ, "XDG_CACHE_HOME": str(cache), "PATH": path or os.environ["PATH"]}
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", f"ROOT={ROOT}; {sources} {script}"],
        capture_output=True,
        text=True,
        env=environment,
        timeout=60,
    )


def test_check_names_every_missing_tool_and_changes_nothing(tmp_path):
    done = run("--cluster", "--check", cache=tmp_path)
    assert done.returncode == 1
    for tool in (
        "kubernetes",
        "etcd",
        "containerd",
        "kwok",
        "coredns",
        "helm3",
        "helm4",
        "sarif-multitool",
        "pause",
        "node-root",
    ):
        assert f"cluster tool {tool} " in done.stdout
    assert not list(tmp_path.iterdir())


def test_check_knows_a_package_that_is_not_installed(tmp_path):
    done = in_library("missing_packages bash no-such-package-at-all", tmp_path)
    assert done.stdout == "no-such-package-at-all\n"


def test_an_unknown_argument_is_usage(tmp_path):
    done = run("--bild", cache=tmp_path)
    assert done.returncode == 2 and "scripts/setup --build" in done.stderr


def test_a_failed_build_shows_its_last_lines_and_leaves_no_tool(tmp_path):
    broken = "broken() { echo half >$1/file; echo compiler says no; false; echo not reached; }"
    done = in_library(f"{broken}; lock_cache; make_tool thing 1 broken", tmp_path)
    assert done.returncode != 0
    assert "thing 1: making ... failed after" in done.stdout
    assert "compiler says no" in done.stderr and "not reached" not in done.stderr
    assert not (tmp_path / "keysteward/tools/thing-1").exists()
    again = in_library(
        "good() { echo whole >$1/file; }; lock_cache; make_tool thing 1 good", tmp_path
    )
    assert again.returncode == 0, again.stderr
    assert (tmp_path / "keysteward/tools/thing-1/file").read_text() == "whole\n"


def test_a_finished_tool_is_not_built_again(tmp_path):
    (tmp_path / "keysteward/tools/thing-1").mkdir(parents=True)
    done = in_library("make_tool thing 1 false", tmp_path)
    assert done.returncode == 0 and done.stdout == ""


def test_two_at_once_wait_for_each_other(tmp_path):
    tools = tmp_path / "keysteward/tools"
    tools.mkdir(parents=True)
    holder = subprocess.Popen(
        ["flock", tools / ".lock", "-c", "echo held; sleep 1"], stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout.readline() == "held\n"
    done = in_library("lock_cache; echo mine", tmp_path)
    holder.wait()
    assert done.stdout == "another set-up is running: waiting for it\nmine\n"


@pytest.mark.parametrize(
    "version,accepted",
    [
        ("1.26.0", True),
        ("1.26.8", True),
        ("1.30", True),
        ("2.0", True),
        ("1.25.9", False),
        ("1.9", False),
        ("1.19.8", False),
    ],
)
def test_a_go_of_the_machine_must_be_new_enough(tmp_path, version, accepted):
    fake = tmp_path / "go"
    fake.write_text(f"#!/bin/sh\necho go{version}\n")
    fake.chmod(0o755)
    done = in_library("machine_go || echo none", tmp_path, path=f"{tmp_path}:/usr/bin:/bin")
    assert done.stdout == (str(fake) if accepted else "none\n")


def _npm_that_packs(folder, files):
    """A PATH whose npm answers `pack` with an archive of these files; its digest as npm writes it."""
    (folder / "package").mkdir()
    for name, text in files.items():
        (folder / "package" / name).write_text(text)
    archive = folder / "thing-1.tgz"
    subprocess.run(["tar", "-czf", archive, "-C", folder, "package"], check=True)
    npm = folder / "npm"
    npm.write_text(f"#!/bin/sh\ncp {archive} . && echo thing-1.tgz\n")
    npm.chmod(0o755)
    digest = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    return f"{folder}:/usr/bin:/bin", f"sha512-{digest}"


def test_a_package_with_the_pinned_digest_is_unpacked(tmp_path):
    path, digest = _npm_that_packs(tmp_path, {"LICENSE": "free"})
    done = in_library(f"npm_package {tmp_path}/out thing@1 {digest}", tmp_path, path=path)
    assert done.returncode == 0, done.stderr
    assert [each.name for each in (tmp_path / "out").iterdir()] == ["LICENSE"]


def test_a_package_with_another_digest_is_refused_and_not_unpacked(tmp_path):
    path, digest = _npm_that_packs(tmp_path, {"LICENSE": "free"})
    done = in_library(f"npm_package {tmp_path}/out thing@1 sha512-other==", tmp_path, path=path)
    assert done.returncode == 1
    assert "thing@1 has another digest than scripts/lib/versions.sh names: " + digest in done.stderr
    assert not (tmp_path / "out/LICENSE").exists()


def test_without_root_and_sudo_the_command_to_run_is_told(tmp_path):
    done = in_library(
        "id() { echo 1000; }; as_root apt-get install -y something",
        tmp_path,
        path=_path_without_sudo(tmp_path),
    )
    assert done.returncode == 1
    assert (
        done.stderr == "error: this needs root and there is no sudo. "
        "As root, run: apt-get install -y something\n"
    )


def _path_without_sudo(folder):
    """A PATH with what the functions call, and no sudo."""
    programs = folder / "programs"
    programs.mkdir()
    for name in ("bash", "id", "mkdir", "dpkg-query"):
        (programs / name).symlink_to(shutil.which(name))
    return str(programs)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda p: p.name)
def test_shellcheck_finds_nothing(script):
    if not shutil.which("shellcheck"):
        pytest.skip("shellcheck is not installed")
    done = subprocess.run(
        ["shellcheck", "-x", str(script.relative_to(ROOT))],
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stdout
