"""The keysteward program, and helm and kubectl under the names that people have them by."""

import json
import os
import pathlib
import shutil
import subprocess
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
PROGRAM = pathlib.Path(os.environ.get("KEYSTEWARD_BIN", ROOT / "build/dev/bin")) / "keysteward"
TOOLS = pathlib.Path(os.environ.get("XDG_CACHE_HOME", os.path.expanduser("~/.cache"))) / "keysteward/tools"
CHARTS = sorted(path.name for path in (HERE / "charts").iterdir())

sys.path.insert(0, str(ROOT / "e2e"))


class Scan:
    """`keysteward scan`, with the tools of a folder in front of PATH."""

    def __init__(self, tools):
        self.tools = tools

    def run(self, *arguments, **options):
        environment = {**os.environ, "PATH": f"{self.tools}:{os.environ['PATH']}",
                       **options.pop("variables", {})}
        return subprocess.run([PROGRAM, "scan", *map(str, arguments)], capture_output=True, text=True,
                              timeout=120, env=environment, **options)

    def json(self, *arguments, **options):
        done = self.run(*arguments, "-o", "json", **options)
        assert done.returncode in (0, 1), done.stderr
        return json.loads(done.stdout)


def tool(name):
    """The newest of our own tools of that name."""
    found = sorted(TOOLS.glob(f"*/bin/{name}"))
    return found[-1] if found else None


@pytest.fixture(scope="session")
def tools(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tools")
    for name, program in (("helm", "helm4"), ("kubectl", "kubectl")):
        if found := tool(program):
            (folder / name).symlink_to(found)
    return folder


@pytest.fixture(scope="session")
def scan(tools):
    if not PROGRAM.exists():
        pytest.skip(f"{PROGRAM} is not built")
    return Scan(tools)


@pytest.fixture(scope="session")
def helm(tools):
    if not (tools / "helm").exists():
        pytest.skip("helm is not set up: run scripts/setup --cluster")


@pytest.fixture(scope="session")
def kustomize(tools):
    if not (tools / "kubectl").exists() and not shutil.which("kubectl"):
        pytest.skip("kubectl is not set up: run scripts/setup --cluster")


@pytest.fixture
def repository(tmp_path, monkeypatch):
    """An empty git repository; the working directory is there."""
    monkeypatch.chdir(tmp_path)
    for name in ("GIT_AUTHOR", "GIT_COMMITTER"):
        monkeypatch.setenv(f"{name}_NAME", "t")
        monkeypatch.setenv(f"{name}_EMAIL", "t@example.com")
    subprocess.run(["git", "init", "-q", "-b", "main"], check=True)
    return tmp_path
