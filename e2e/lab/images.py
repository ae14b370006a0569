"""Images: the product's image and that of the test programs, out of a build tree."""

import os

from lab.cluster import ROOT
from lab.shell import run

PRODUCT = ["keysteward-operator", "keysteward-webhook", "keysteward"]
TEST = ["keyserver", "consumer"]


def build(preset="dev"):
    """Paths of both archives, built from build/<preset>/bin."""
    return (archive("build-product", preset, PRODUCT, "keysteward"),
            archive("build-test", preset, TEST, "keysteward-test"))


def archive(tool, preset, programs, name):
    out = os.path.join(ROOT, f"build/images/{name}.tar")
    os.makedirs(os.path.dirname(out), exist_ok=True)
    folder = os.path.join(ROOT, f"build/{preset}/bin")
    paths = [os.path.join(folder, program) for program in programs]
    if newer_than_all(out, paths):
        return out
    run([os.path.join(ROOT, "e2e/images", tool), *paths, "--out", out], timeout=300)
    return out


def newer_than_all(out, paths):
    return os.path.exists(out) and all(
        os.path.getmtime(out) > os.path.getmtime(path) for path in paths)
