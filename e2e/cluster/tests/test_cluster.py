"""The cluster command itself: repeating it, leftovers, two clusters at once, refusals. Real
processes throughout."""

import json
import os
import shutil
import signal
import subprocess
from pathlib import Path

import pytest
from conftest import CLUSTER, Bed, eventually, running


@pytest.fixture
def small(tmp_path):
    """A state directory for a control plane alone; taken down whatever happens."""
    made = Bed(tmp_path / "state")
    yield made
    made.run("down")


def test_up_again_keeps_every_process(bed):
    before = bed.pids()
    arguments = ["--dns"] if os.geteuid() == 0 else ["--control-plane-only"]
    bed.ok("up", *arguments)
    assert bed.pids() == before
    assert len(before) >= 4


def test_status_names_the_process_that_ended_and_up_starts_it_again(bed):
    scheduler = bed.pids()["kube-scheduler"]
    os.kill(scheduler, signal.SIGKILL)
    eventually(lambda: "kube-scheduler" not in bed.pids())
    status = bed.run("status")
    assert status.returncode == 1
    assert "kube-scheduler" in status.stdout and "ended; its log:" in status.stdout
    bed.ok("up", *(["--dns"] if os.geteuid() == 0 else ["--control-plane-only"]))
    assert bed.run("status").returncode == 0
    assert bed.pids()["kube-scheduler"] != scheduler


def test_history_is_never_compacted(bed):
    """Tests replay everything from revision 1."""
    environment = bed.environment()
    done = subprocess.run(
        [
            "curl",
            "-sf",
            f"{environment['KEYSTEWARD_CLUSTER_ETCD']}/v3/kv/range",
            "-d",
            '{"key":"AA==","revision":1}',
        ],
        capture_output=True,
        text=True,
    )
    assert "compacted" not in done.stdout and done.returncode == 0
    command = Path(f"/proc/{bed.pids()['kube-apiserver']}/cmdline").read_text()
    assert "--etcd-compaction-interval=0" in command


def test_env_gives_the_clients_of_this_cluster(bed):
    environment = bed.environment()
    assert environment["KUBECONFIG"] == str(bed.state / "kubeconfig" / "admin.conf")
    for helm, version in (("helm3", "v3."), ("helm4", "v4.")):
        done = subprocess.run(
            [helm, "version", "--short"], env=environment, capture_output=True, text=True
        )
        assert done.stdout.startswith(version), done.stderr
    assert bed.kubectl("auth", "whoami", "-o", "jsonpath={.status.userInfo.username}") == "admin"


def test_a_second_cluster_runs_beside_the_first(bed, small):
    small.ok("up", "--control-plane-only", "--fake-nodes", "3")
    one, two = (json.loads((b.state / "allocation.json").read_text()) for b in (bed, small))
    assert one["slot"] != two["slot"] and one["first_port"] != two["first_port"]
    assert len(small.kubectl("get", "nodes", "-l", "type=kwok", "-o", "name").split()) == 3
    bed.kubectl("create", "configmap", "only-in-the-first")
    assert small.kubectl("get", "configmap", "only-in-the-first", check=False).returncode == 1
    assert bed.run("status").returncode == 0
    small.ok("down")
    assert bed.run("status").returncode == 0


def test_fake_pods_become_ready_except_held_ones(small):
    small.ok("up", "--control-plane-only", "--fake-nodes", "2")
    toleration = {
        "tolerations": [{"operator": "Exists"}],
        "containers": [{"name": "c", "image": "nowhere.test/x:1"}],
    }
    for name, annotations in (("free", {}), ("held", {"e2e.keysteward.dev/hold": ""})):
        pod = {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": name, "annotations": annotations},
            "spec": toleration,
        }
        small.kubectl("create", "-f", "-", input=json.dumps(pod))
    small.kubectl("wait", "--for=condition=Ready", "pod/free", "--timeout=20s")
    small.kubectl("wait", "--for=condition=PodScheduled", "pod/held", "--timeout=20s")
    ready = 'jsonpath={.status.conditions[?(@.type=="Ready")].status}'
    assert small.kubectl("get", "pod", "held", "-o", ready) != "True"
    small.kubectl("annotate", "pod", "held", "e2e.keysteward.dev/hold-")
    small.kubectl("wait", "--for=condition=Ready", "pod/held", "--timeout=20s")
    small.ok("up", "--control-plane-only", "--fake-nodes", "1")
    assert small.kubectl("get", "nodes", "-o", "name").split() == ["node/fake-1"]


def test_a_pid_that_now_belongs_to_somebody_else_is_left_alone(small):
    small.ok("up", "--control-plane-only")
    record = small.state / "pid" / "etcd.json"
    original = json.loads(record.read_text())
    stranger = subprocess.Popen(["sleep", "300"])
    try:
        record.write_text(json.dumps({**original, "pid": stranger.pid}))
        status = small.run("status")
        assert status.returncode == 1 and "etcd                       ended" in status.stdout
        refused = small.run("up", "--control-plane-only")
        assert refused.returncode == 1
        assert "which this cluster chose for etcd, is in use by another program" in refused.stderr
        small.ok("down")
        assert stranger.poll() is None, "somebody else's process was signalled"
        assert not running([original["pid"]]), "the etcd without a record was left running"
    finally:
        stranger.kill()
        stranger.wait()


def test_processes_of_a_deleted_state_directory_are_refused_then_reclaimed(small):
    small.ok("up", "--control-plane-only")
    pids = set(small.pids().values())
    # etcd goes on writing while its folder is taken away.
    eventually(lambda: shutil.rmtree(small.state, ignore_errors=True) or not small.state.exists())
    refused = small.run("up", "--control-plane-only")
    assert refused.returncode == 1
    assert (
        "processes of an earlier cluster" in refused.stderr
        and "take it down first" in refused.stderr
    )
    # What etcd and the controller manager wrote after the folder was taken away goes too.
    (small.state / "etcd" / "member").mkdir(parents=True, exist_ok=True)
    (small.state / "flex").mkdir(parents=True, exist_ok=True)
    assert small.ok("down") == "removed\n"
    assert not small.state.exists()
    assert not running(pids)
    small.ok("up", "--control-plane-only")


def test_down_twice_leaves_nothing_and_says_so(small):
    small.ok("up", "--control-plane-only")
    pids, bridge = (
        small.pids(),
        "ks" + json.loads((small.state / "allocation.json").read_text())["cluster_id"],
    )
    assert small.ok("down") == "removed\n"
    assert not small.state.exists()
    assert not running(pids.values())
    assert subprocess.run(["ip", "link", "show", bridge], capture_output=True).returncode != 0
    assert small.ok("down").startswith("no cluster in ")
    assert small.run("status").returncode == 4


def test_a_directory_with_other_files_is_refused_and_kept(tmp_path):
    (tmp_path / "precious").write_text("mine")
    refused = Bed(tmp_path).run("up", "--control-plane-only")
    assert refused.returncode == 1 and "is not empty and holds no cluster" in refused.stderr
    Bed(tmp_path).run("down")
    assert (tmp_path / "precious").read_text() == "mine"


def test_two_commands_at_once_are_refused(small):
    small.ok("up", "--control-plane-only")
    held = subprocess.Popen(["flock", small.state / ".lock", "sleep", "60"])
    try:
        eventually(
            lambda: "another cluster command works on"
            in small.run("up", "--control-plane-only").stderr
        )
    finally:
        subprocess.run(["pkill", "-P", str(held.pid)])
        held.wait()


def test_a_component_that_cannot_start_is_named_with_its_log(small):
    failed = small.run("up", "--control-plane-only", "--apiserver-arg=--no-such-flag")
    assert failed.returncode == 1
    assert "kube-apiserver ended while waiting" in failed.stderr and "no-such-flag" in failed.stderr


@pytest.fixture
def as_nobody(tmp_path):
    """Runs the cluster command as the user nobody, who sees our tools through a mount of his
    own."""
    if os.geteuid() != 0:
        pytest.skip("needs root to become another user")
    home = tmp_path / "home"
    cache = home / "keysteward" / "tools"
    cache.mkdir(parents=True)
    for folder in (tmp_path, *tmp_path.parents):
        if folder != Path("/"):
            folder.chmod(folder.stat().st_mode | 0o005)
    for folder in (home, home / "keysteward"):
        shutil.chown(folder, 65534, 65534)
    ours = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "keysteward" / "tools"
    script = (
        f'mount --bind {ours} {cache}; exec setpriv --reuid=65534 --regid=65534 --clear-groups "$@"'
    )

    def run(*arguments):
        return subprocess.run(
            [
                "unshare",
                "--mount",
                "bash",
                "-c",
                script,
                "-",
                CLUSTER,
                "--state",
                home / "state",
                *arguments,
            ],
            env={**os.environ, "XDG_CACHE_HOME": str(home)},
            capture_output=True,
            text=True,
            timeout=120,
        )

    yield run
    run("down")


def test_without_root_real_nodes_are_refused(as_nobody):
    refused = as_nobody("up")
    assert refused.returncode == 3 and "real nodes need root" in refused.stderr


def test_without_root_the_control_plane_and_fake_nodes_run(as_nobody):
    up = as_nobody("up", "--control-plane-only", "--fake-nodes", "2")
    assert up.returncode == 0, up.stderr
    status = as_nobody("status")
    assert status.returncode == 0, status.stdout
    assert "fake-2                     Ready" in status.stdout
    assert as_nobody("down").stdout == "removed\n"


def test_kubebuilder_assets_are_used(small, bed):
    """A folder with etcd, kube-apiserver and kubectl, as envtest users have: a control plane
    that only stores."""
    kubectl = shutil.which("kubectl", path=bed.environment()["PATH"])
    etcd = shutil.which("etcd", path=bed.environment()["PATH"])
    assets = small.state.parent / "assets"
    assets.mkdir()
    for binary in (kubectl, etcd, str(Path(kubectl).with_name("kube-apiserver"))):
        (assets / Path(binary).name).symlink_to(binary)
    done = small.run(
        "up", "--control-plane-only", env={**os.environ, "KUBEBUILDER_ASSETS": str(assets)}
    )
    assert done.returncode == 0, done.stderr
    assert "objects are stored, nothing acts on them" in done.stdout
    assert set(small.pids()) == {"etcd", "kube-apiserver"}
    assert os.readlink(f"/proc/{small.pids()['etcd']}/exe") == os.path.realpath(etcd)
