"""A scan holds the texts that it is reading, not all that it has read."""

import datetime
import os
import subprocess

from conftest import PROGRAM

FILES, FILE_BYTES = 48, 1 << 20

POD = """\
apiVersion: v1
kind: Pod
metadata: {{name: shop-{number}}}
spec:
  containers:
  - name: app
    image: registry.example.com/shop:{number}
    env:
    - name: API_TOKEN
      valueFrom: {{secretKeyRef: {{name: shop, key: token}}}}
  # {filling}
"""


def peak_megabytes(folder):
    run = subprocess.Popen([PROGRAM, "scan", folder], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(run.pid, 0)
    run.returncode = os.waitstatus_to_exitcode(status)
    assert run.returncode == 0
    return usage.ru_maxrss / 1024


def test_pods_that_wait_for_their_secrets_are_let_go(scan, tmp_path):
    expiry = datetime.date.today() + datetime.timedelta(days=60)
    small, large = tmp_path / "small", tmp_path / "large"
    for folder, files in ((small, 4), (large, FILES)):
        folder.mkdir()
        (folder / "secret.yaml").write_text(
            "apiVersion: v1\nkind: Secret\nmetadata:\n  name: shop\n  annotations:\n"
            f'    keysteward.dev/owner: team-shop\n    keysteward.dev/expires-at: "{expiry}"\n')
        for number in range(files):
            pod = POD.format(number=number, filling="an ordinary line of words " * 400)
            (folder / f"{number:03d}.yaml").write_text("---\n".join([pod] * (FILE_BYTES // len(pod))))
    grown = peak_megabytes(large) - peak_megabytes(small)
    # As much as a third of the texts would be a leak; most of it is the allocator's.
    assert grown < (FILES - 4) * FILE_BYTES / (1 << 20) / 3, f"{grown:.0f} MB more"
