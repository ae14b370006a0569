"""--fix: the replacements apply, and what they leave is clean."""

import os
import subprocess

import pytest
import yaml
from conftest import HERE, PROGRAM
from lab import samples

PLACES = {
    "block": "- name: API_KEY  # which\n  value: sk_live_«{alnum:24}»  # why\n",
    "quoted": "- name: DB_PASSWORD\n  value: \"«{alnum:18}»\"\n",
    "flow": "- {name: API_KEY, value: 'sk_live_«{alnum:24}»'}  # flow\n",
    "url": "- name: DATABASE_URL\n  value: postgres://app:«{alnum:18}»@db/app\n",
    "literal": "- name: API_KEY\n  value: |-\n    sk_live_«{alnum:24}»\n",
    "first": "- value: sk_live_«{alnum:24}»\n  name: API_KEY\n",
}
DEPLOYMENT = """\
# head
apiVersion: apps/v1
kind: Deployment
metadata:
  name: api
  namespace: shop
spec:
  template:
    spec:
      containers:
      - name: app
        env:
%s
        - name: LOG
          value: debug   # tail
"""


def manifest(place):
    env = "".join(f"        {line}\n" for line in PLACES[place].splitlines()).rstrip("\n")
    return samples.render(DEPLOYMENT % env)


@pytest.mark.parametrize("place", PLACES)
def test_what_is_written_is_clean_and_keeps_the_rest(scan, tmp_path, place):
    text, values = manifest(place)
    file = tmp_path / "a.yaml"
    file.write_text(text)
    assert scan.run(file).returncode == 1
    done = scan.run(file, "--fix", "--write")
    assert done.returncode == 0, done.stdout
    after = file.read_text()
    assert values[0] not in after + done.stdout + done.stderr
    assert scan.run(file, "--fail-on", "warn").returncode == 0
    documents = list(yaml.safe_load_all(after))
    assert [document["kind"] for document in documents] == ["Deployment", "ManagedCredential"]
    entry = documents[0]["spec"]["template"]["spec"]["containers"][0]["env"][0]
    delivery = documents[1]["spec"]["delivery"]
    assert entry["valueFrom"]["secretKeyRef"] == {
        "name": delivery["secretName"], "key": delivery["entries"][0]["name"]}
    gone = (values[0], "value: |-")
    kept = [line for line in text.splitlines() if not any(part in line for part in gone)]
    assert [line for line in after.splitlines() if line in kept][:len(kept)] == kept
    assert os.listdir(tmp_path) == ["a.yaml"]


def test_printing_changes_nothing_and_prints_what_writing_writes(scan, tmp_path):
    text, values = manifest("block")
    file = tmp_path / "a.yaml"
    file.write_text(text)
    done = scan.run(file, "--fix")
    assert done.returncode == 1 and file.read_text() == text
    assert values[0] not in done.stdout
    printed = done.stdout[done.stdout.index("---\n"):]
    scan.run(file, "--fix", "--write")
    assert file.read_text().endswith(printed)


def test_the_report_of_a_fix_stays_readable_by_programs(scan, tmp_path):
    text, _ = manifest("block")
    (tmp_path / "a.yaml").write_text(text)
    report = scan.json(tmp_path, "--fix")
    assert len(report["findings"]) == 1


def test_a_folder_that_cannot_be_written_keeps_its_file(scan, tmp_path):
    text, _ = manifest("block")
    file = tmp_path / "a.yaml"
    file.write_text(text)
    bind = f"mount --bind {tmp_path} {tmp_path} && mount -o remount,ro,bind {tmp_path}"
    if subprocess.run(["unshare", "-m", "sh", "-c", bind], capture_output=True).returncode:
        # Without rights to mount, those to write are taken away.
        tmp_path.chmod(0o555)
        bind = "true"
    done = subprocess.run(["unshare", "-m", "sh", "-c", f"{bind} && exec {PROGRAM} scan {file} --fix --write"]
                          if bind != "true" else [PROGRAM, "scan", file, "--fix", "--write"],
                          capture_output=True, text=True)
    tmp_path.chmod(0o755)
    assert done.returncode == 1
    assert "left as it is: " in done.stdout
    assert file.read_text() == text


def test_fix_is_for_files_only(scan, tmp_path):
    for arguments in (["-"], ["--helm", HERE / "charts/nginx"], ["--staged"]):
        assert scan.run(*arguments, "--fix").returncode == 2
