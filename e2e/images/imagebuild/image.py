"""The images of this project: some programs, the Debian libraries they need, certificates, time
zones, and no shell."""

import subprocess
import tempfile
from pathlib import Path

from . import archive, debian
from .tree import Tree

USER = 65532
MAX_PACKED = 60 * 1024 * 1024
DATA_PACKAGES = ("ca-certificates", "tzdata", "libc6")
NSSWITCH = "passwd: files\ngroup: files\nhosts: files dns\n"


def _users(tree):
    tree.file(
        "etc/passwd",
        f"root:x:0:0:root:/root:/sbin/nologin\n"
        f"nonroot:x:{USER}:{USER}:nonroot:/home/nonroot:/sbin/nologin\n".encode(),
    )
    tree.file("etc/group", f"root:x:0:\nnonroot:x:{USER}:\n".encode())
    tree.file("etc/nsswitch.conf", NSSWITCH.encode())
    tree.folder("home")
    tree.folder("home/nonroot", 0o700, USER)


def _skeleton(tree):
    """The folders every container expects, merged /usr as in Debian 12."""
    for name in (
        "dev",
        "etc",
        "proc",
        "root",
        "run",
        "sys",
        "usr",
        "usr/bin",
        "usr/lib",
        "usr/lib64",
        "usr/sbin",
        "var",
    ):
        tree.folder(name)
    for name in ("bin", "lib", "lib64", "sbin"):
        tree.link(name, f"usr/{name}")
    tree.folder("tmp", 0o1777)


def _certificates(tree):
    """Mozilla's authorities as the Debian package ships them, not what this machine's
    administrator added."""
    bundle = b"".join(
        p.read_bytes().rstrip(b"\n") + b"\n"
        for p in sorted(Path("/usr/share/ca-certificates/mozilla").glob("*.crt"))
    )
    if bundle.count(b"BEGIN CERTIFICATE") < 50:
        raise debian.ImageError("the package ca-certificates is missing or empty")
    tree.file("etc/ssl/certs/ca-certificates.crt", bundle)
    tree.link(
        "usr/lib/ssl/cert.pem", "/etc/ssl/certs/ca-certificates.crt"
    )  # where OpenSSL looks by default
    tree.link("usr/lib/ssl/certs", "/etc/ssl/certs")
    if Path("/etc/ssl/openssl.cnf").exists():
        tree.copy("/etc/ssl/openssl.cnf", "etc/ssl/openssl.cnf")
        tree.link("usr/lib/ssl/openssl.cnf", "/etc/ssl/openssl.cnf")


def _in_usr(path):
    """A library's place in the image: /lib is a link to /usr/lib there."""
    path = str(path)
    return path if path.startswith("/usr/") else f"/usr{path}"


def base_layer(programs):
    """Everything but the programs: changes only with Debian."""
    tree = Tree()
    _skeleton(tree)
    _users(tree)
    _certificates(tree)
    tree.copy_folder("/usr/share/zoneinfo", "usr/share/zoneinfo", skip=("posix", "right"))
    tree.copy("/usr/lib/os-release", "usr/lib/os-release")
    tree.link("etc/os-release", "../usr/lib/os-release")
    wanted = {}
    for program in programs:
        wanted.update(debian.libraries(program))
    for path, real in sorted(wanted.items()):
        tree.copy(real, _in_usr(path))
    for package in sorted({*DATA_PACKAGES, *debian.packages_of(wanted.values())}):
        tree.file(f"var/lib/dpkg/status.d/{package}", debian.record(package).encode())
        if debian.licence(package).is_file():
            tree.copy(debian.licence(package), f"usr/share/doc/{package}/copyright")
    return tree


def program_layer(programs, links):
    """The programs, stripped of what only a debugger reads, in /usr/bin."""
    tree = Tree()
    with tempfile.TemporaryDirectory() as folder:
        for program in programs:
            stripped = Path(folder) / program.name
            done = subprocess.run(
                ["strip", "--strip-unneeded", "-o", stripped, program],
                capture_output=True,
                text=True,
            )
            if done.returncode != 0:
                raise debian.ImageError(f"{program} is not a program: {done.stderr.strip()}")
            tree.copy(stripped, f"usr/bin/{program.name}", 0o755)
    for name, target in links.items():
        tree.link(f"usr/bin/{name}", target)
    return tree


def build(name, programs, out, links=None, entrypoint=None):
    """Writes the image. Returns its size in bytes; an image over the limit is an error, since
    growth is a decision."""
    programs = [Path(p) for p in programs]
    for program in programs:
        if not program.is_file():
            raise debian.ImageError(f"{program} does not exist: build it first")
    settings = {
        "User": f"{USER}:{USER}",
        "WorkingDir": "/",
        "Env": ["PATH=/usr/bin", "SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt"],
    }
    if entrypoint:
        settings["Entrypoint"] = [entrypoint]
    size = archive.write(
        out, name, [base_layer(programs), program_layer(programs, links or {})], settings
    )
    if size > MAX_PACKED:
        raise debian.ImageError(f"{out} has {size >> 20} MiB, over the limit of {MAX_PACKED >> 20}")
    return size
