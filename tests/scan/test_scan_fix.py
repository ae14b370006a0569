"""--fix: the replacements apply, and what they leave is clean."""

import json
import os
import shutil
import subprocess

import pytest
import yaml
from conftest import HERE, PROGRAM
from lab import samples
from test_scan_charts import PLANTED

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


def test_json_is_mended_and_the_credential_printed(scan, tmp_path):
    text, values = samples.render('{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "api"},\n'
                                  '"spec": {"containers": [{"name": "app", "env": [\n'
                                  '{"name": "API_KEY", "value": "sk_live_«{alnum:24}»"}]}]}}\n')
    file = tmp_path / "a.json"
    file.write_text(text)
    done = scan.run(file, "--fix", "--write")
    assert done.returncode == 0, done.stdout
    assert values[0] not in file.read_text() + done.stdout
    entry = json.loads(file.read_text())["spec"]["containers"][0]["env"][0]
    assert entry["valueFrom"]["secretKeyRef"] == {"name": "api-key", "key": "API_KEY"}
    assert "choose owners and issuers of these ManagedCredentials" in done.stdout
    assert "kind: ManagedCredential" in done.stdout


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


def test_fix_is_for_what_has_files(scan, tmp_path):
    for arguments in (["-"], ["--staged"], ["--cluster"]):
        done = scan.run(*arguments, "--fix")
        assert done.returncode == 2
        assert "--fix goes with files, folders, --helm and --kustomize only" in done.stderr


def planted_values(tmp_path, chart):
    text, values = samples.render(PLANTED[chart])
    file = tmp_path / "planted.yaml"
    file.write_text(text)
    return file, text, values


@pytest.mark.parametrize("chart", ["airflow", "external-dns", "keycloak", "nginx"])
def test_what_a_chart_passes_on_is_mended_in_its_values(scan, helm, chart, tmp_path):
    file, text, values = planted_values(tmp_path, chart)
    arguments = ["--helm", HERE / "charts" / chart, "-f", file]
    shown = scan.run(*arguments, "--fix")
    assert shown.returncode == 1 and file.read_text() == text
    assert "not checked: --write renders again" in shown.stdout
    done = scan.run(*arguments, "--fix", "--write")
    assert done.returncode == 0, done.stdout + done.stderr
    assert not any(value in file.read_text() + done.stdout + done.stderr for value in values)
    credential = yaml.safe_load(done.stdout.split("---\n")[1].split("\n/")[0])
    assert credential["kind"] == "ManagedCredential"
    entry = next(each for each in next(iter(yaml.safe_load(file.read_text()).values())) if "valueFrom" in each)
    assert entry["valueFrom"]["secretKeyRef"]["name"] == credential["spec"]["delivery"]["secretName"]
    # What is left says that the Secret is still to come.
    assert {f["rule"] for f in scan.json(*arguments)["findings"]} == {"secret-missing"}


@pytest.mark.parametrize("chart", ["minio", "redis"])
def test_what_a_chart_does_not_pass_on_is_taken_back(scan, helm, chart, tmp_path):
    file, text, _ = planted_values(tmp_path, chart)
    done = scan.run("--helm", HERE / "charts" / chart, "-f", file, "--fix", "--write")
    assert done.returncode == 1
    assert "taken back: " in done.stdout and "as it was before" in done.stdout
    assert file.read_text() == text


@pytest.fixture
def shop(tmp_path):
    """A kustomization: its overlay, the base's Deployment and the overlay's patch of it."""
    gitops = shutil.copytree(HERE / "gitops", tmp_path / "gitops")
    overlay = gitops / "apps/overlays/prod"
    return overlay, gitops / "apps/base/deployment.yaml", overlay / "replicas.yaml"


def test_a_kustomization_is_mended_where_the_value_stands(scan, kustomize, shop):
    overlay, deployment, _ = shop
    key = samples.make("sk_live_{alnum:24}")
    deployment.write_text(deployment.read_text().replace("value: shop_session", f"value: {key}"))
    done = scan.run("--kustomize", overlay, "--fix", "--write")
    assert done.returncode == 0, done.stdout + done.stderr
    assert key not in deployment.read_text()
    assert "valueFrom: {secretKeyRef: {name: session-cookie-name," in deployment.read_text()


def test_a_reference_that_would_meet_a_value_of_the_base_is_taken_back(scan, kustomize, shop):
    overlay, _, patch = shop
    env = [{"name": "SESSION_COOKIE_NAME", "value": samples.make("sk_live_{alnum:24}")}]
    document = yaml.safe_load(patch.read_text())
    document["spec"]["template"] = {"spec": {"containers": [{"name": "shop", "env": env}]}}
    patch.write_text(yaml.safe_dump(document))
    before = patch.read_text()
    done = scan.run("--kustomize", overlay, "--fix", "--write")
    assert done.returncode == 1
    assert "taken back: Deployment shop, " in done.stdout
    assert patch.read_text() == before
