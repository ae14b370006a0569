"""The manifests of tests/data, and the values that are put into them: e2e/lab/samples.py."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from lab.samples import make, render  # noqa: E402, F401 (the path is set above)

DATA = pathlib.Path(__file__).resolve().parents[2] / "tests" / "data"


def files(folder):
    return sorted(path for path in (DATA / folder).iterdir() if path.suffix in (".yaml", ".json"))
