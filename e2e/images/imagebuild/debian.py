"""What a program needs of Debian: its shared libraries, and for each the package, its record and
its licence."""

import re
import subprocess
from pathlib import Path


class ImageError(Exception):
    """The image cannot be built; the message says why."""


def _run(*command):
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        env={"LC_ALL": "C", "PATH": "/usr/bin:/bin:/usr/sbin:/sbin"},
    )
    return done.returncode, done.stdout


def libraries(program):
    """{name the loader looks for: real file} of the shared libraries `program` needs, the loader
    itself included."""
    code, text = _run("ldd", str(program))
    if code != 0:
        if "statically linked" in text or "not a dynamic executable" in text or not text:
            return {}
        raise ImageError(f"ldd {program} failed: {text}")
    found = {}
    for line in text.splitlines():
        if "not found" in line:
            raise ImageError(
                f"{program}: shared library {line.split()[0]} is not found on this machine"
            )
        match = re.search(r"(?:(\S+) => )?(/\S+) \(0x", line)
        if match:
            wanted = Path(match.group(2))
            found[str(wanted)] = wanted.resolve()
    return found


def packages_of(real_paths):
    """Names of the Debian packages that own these files. Packages still name /lib where the file
    is now in /usr/lib."""
    names = {str(path): None for path in real_paths}
    aliases = {name.removeprefix("/usr"): name for name in names}
    _, text = _run(
        "dpkg", "-S", *names, *aliases
    )  # fails when any is unknown, as one of each pair is
    for line in text.splitlines():
        packages, _, path = line.rpartition(": ")
        owned = path if path in names else aliases.get(path)
        if owned:
            names[owned] = packages.split(",")[0].split(":")[0]
    unowned = [name for name, package in names.items() if package is None]
    if unowned:
        raise ImageError(
            f"{', '.join(unowned)} belongs to no Debian package: "
            "images are made of Debian's libraries only"
        )
    return set(names.values())


def record(package):
    """The package's control fields, as scanners read them from /var/lib/dpkg/status.d/."""
    code, text = _run("dpkg", "-s", package)
    if code != 0:
        raise ImageError(f"dpkg knows no package {package}")
    return text


def licence(package):
    return Path("/usr/share/doc") / package / "copyright"
