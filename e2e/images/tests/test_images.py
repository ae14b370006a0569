"""The archives that build-product, build-test and mkimage write."""

import gzip
import hashlib
import io
import json
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

IMAGES = Path(__file__).resolve().parents[1]
CURL = Path(shutil.which("curl", path="/usr/bin"))


def run(tool, *arguments, **options):
    return subprocess.run(
        [sys.executable, IMAGES / tool, *map(str, arguments)],
        capture_output=True,
        text=True,
        **options,
    )


class Archive:
    """An OCI archive as a loader reads it; every digest on the way is checked."""

    def __init__(self, path):
        with tarfile.open(path) as outer:
            self.files = {m.name: outer.extractfile(m).read() for m in outer.getmembers()}
        self.index = json.loads(self.files["index.json"])
        self.manifest = json.loads(self._blob(self.index["manifests"][0]))
        self.config = json.loads(self._blob(self.manifest["config"]))
        layers = [gzip.decompress(self._blob(layer)) for layer in self.manifest["layers"]]
        assert [f"sha256:{hashlib.sha256(layer).hexdigest()}" for layer in layers] == self.config[
            "rootfs"
        ]["diff_ids"]
        self.members = {}
        for layer in layers:
            with tarfile.open(fileobj=io.BytesIO(layer)) as inner:
                self.members.update(
                    {
                        m.name: (m, inner.extractfile(m).read() if m.isfile() else b"")
                        for m in inner.getmembers()
                    }
                )

    def _blob(self, descriptor):
        content = self.files["blobs/" + descriptor["digest"].replace(":", "/")]
        assert descriptor["size"] == len(content)
        assert descriptor["digest"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
        return content


@pytest.fixture(scope="module")
def product(tmp_path_factory):
    """A product image, with curl standing in for the command line tool."""
    folder = tmp_path_factory.mktemp("product")
    shutil.copy(CURL, folder / "keysteward")
    done = run("build-product", folder / "keysteward", "--out", folder / "image.tar")
    assert done.returncode == 0, done.stderr
    return Archive(folder / "image.tar")


def test_it_runs_as_a_user_without_rights_and_without_a_shell(product):
    assert product.config["config"]["User"] == "65532:65532"
    assert product.config["config"]["Entrypoint"] == ["/usr/bin/keysteward"]
    programs = [
        n for n in product.members if n.startswith(("usr/bin/", "usr/sbin/", "bin/", "sbin/"))
    ]
    assert set(programs) == {"usr/bin/keysteward", "usr/bin/kubectl-keysteward"}
    assert b"nonroot:x:65532:65532:" in product.members["etc/passwd"][1]


def test_nothing_in_it_is_writable_or_privileged(product):
    for name, (member, _) in product.members.items():
        assert not member.mode & 0o6000, f"{name} is setuid or setgid"
        if not member.issym() and name != "tmp":
            assert not member.mode & 0o022, f"{name} is writable by others"
        assert member.uid == (65532 if name == "home/nonroot" else 0)


def test_it_holds_the_loader_the_libraries_certificates_and_time_zones(product):
    names = set(product.members)
    assert {"usr/lib/x86_64-linux-gnu/libc.so.6", "usr/lib/x86_64-linux-gnu/libcurl.so.4"} <= names
    assert "usr/lib64/ld-linux-x86-64.so.2" in names
    assert {"usr/share/zoneinfo/Europe/Berlin", "usr/share/zoneinfo/UTC"} <= names
    assert product.members["etc/ssl/certs/ca-certificates.crt"][1].count(b"BEGIN CERTIFICATE") > 100
    assert (
        product.members["usr/lib/ssl/cert.pem"][0].linkname == "/etc/ssl/certs/ca-certificates.crt"
    )


def test_it_names_the_debian_packages_it_is_made_of(product):
    records = {
        n: c for n, (_, c) in product.members.items() if n.startswith("var/lib/dpkg/status.d/")
    }
    assert {"var/lib/dpkg/status.d/libc6", "var/lib/dpkg/status.d/libssl3"} <= set(records)
    assert b"Version: " in records["var/lib/dpkg/status.d/libssl3"]
    assert "usr/share/doc/libssl3/copyright" in product.members


def test_only_debians_certificates_are_in_it(product):
    """This machine's administrator may have added authorities; they stay here."""
    local = b"".join(
        p.read_bytes() for p in Path("/usr/local/share/ca-certificates").glob("**/*.crt")
    )
    bundle = product.members["etc/ssl/certs/ca-certificates.crt"][1]
    assert not local or local.strip() not in bundle


def test_a_docker_load_finds_the_same_image(product):
    docker = json.loads(product.files["manifest.json"])[0]
    assert docker["RepoTags"] == ["keysteward:dev"]
    assert docker["Layers"] == [
        "blobs/" + layer["digest"].replace(":", "/") for layer in product.manifest["layers"]
    ]
    assert docker["Config"] in product.files


def test_containerd_finds_it_by_the_name_a_pod_uses(product):
    name = product.index["manifests"][0]["annotations"]["io.containerd.image.name"]
    assert name.endswith("/library/keysteward:dev")


def test_the_same_input_gives_the_same_bytes_whenever_and_wherever(tmp_path):
    environment = {"PATH": "/usr/bin:/bin", "SOURCE_DATE_EPOCH": "1700000000", "HOME": "/"}
    for name, extra in (
        ("a", {}),
        ("b", {"TZ": "Asia/Tokyo", "LC_ALL": "C.UTF-8", "HOME": str(tmp_path)}),
    ):
        folder = tmp_path / name
        folder.mkdir()
        shutil.copy(CURL, folder / "tool")
        done = run(
            "build-test",
            folder / "tool",
            "--out",
            folder / "image.tar",
            env={**environment, **extra},
            cwd=folder,
        )
        assert done.returncode == 0, done.stderr
    assert (tmp_path / "a" / "image.tar").read_bytes() == (
        tmp_path / "b" / "image.tar"
    ).read_bytes()
    assert Archive(tmp_path / "a" / "image.tar").config["created"] == "2023-11-14T22:13:20Z"


def test_a_program_that_does_not_exist_is_named(tmp_path):
    failed = run("build-product", tmp_path / "keysteward-operator", "--out", tmp_path / "x.tar")
    assert failed.returncode == 1
    assert (
        failed.stderr
        == f"error: {tmp_path / 'keysteward-operator'} does not exist: build it first\n"
    )
    assert not (tmp_path / "x.tar").exists()


def test_a_library_from_outside_debian_is_refused(tmp_path):
    (tmp_path / "f.c").write_text("int f(void) { return 0; }\n")
    (tmp_path / "m.c").write_text("int f(void); int main(void) { return f(); }\n")
    subprocess.run(["gcc", "-shared", "-fPIC", "-o", "libours.so", "f.c"], check=True, cwd=tmp_path)
    subprocess.run(
        ["gcc", "-o", "tool", "m.c", "-L.", "-lours", f"-Wl,-rpath,{tmp_path}"],
        check=True,
        cwd=tmp_path,
    )
    failed = run("build-test", tmp_path / "tool", "--out", tmp_path / "x.tar")
    assert failed.returncode == 1 and "libours.so belongs to no Debian package" in failed.stderr
    (tmp_path / "libours.so").unlink()
    failed = run("build-test", tmp_path / "tool", "--out", tmp_path / "x.tar")
    assert failed.returncode == 1 and "shared library libours.so is not found" in failed.stderr


def test_a_static_program_alone_makes_an_image_of_one_file(tmp_path):
    (tmp_path / "m.c").write_text("int main(void) { return 0; }\n")
    subprocess.run(["gcc", "-static", "-o", "tool", "m.c"], check=True, cwd=tmp_path)
    done = run(
        "mkimage",
        tmp_path / "x.tar",
        "keysteward.test/one:1",
        "--entrypoint",
        "/tool",
        f"{tmp_path}/tool:/tool",
    )
    assert done.returncode == 0, done.stderr
    archive = Archive(tmp_path / "x.tar")
    assert [n for n, (m, _) in archive.members.items() if m.isfile()] == ["tool"]
    assert (
        archive.index["manifests"][0]["annotations"]["io.containerd.image.name"]
        == "keysteward.test/one:1"
    )
