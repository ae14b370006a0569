"""What other systems start the scan with: each is read as they read it, and what it runs is run."""

import json
import os
import re
import subprocess

import pytest
import yaml
from conftest import PROGRAM, ROOT
from lab import samples

KEY = samples.make("sk_live_{alnum:24}")
POD = ("apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{env: [{name: API_KEY, value: "
       "%s}]}]}\n")


@pytest.fixture
def workspace(tmp_path, scan, monkeypatch):
    """A repository with one key; `keysteward` is in PATH."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/keysteward").symlink_to(PROGRAM)
    (tmp_path / "repo/de ploy").mkdir(parents=True)
    (tmp_path / "repo/a.yaml").write_text(POD % KEY)
    monkeypatch.chdir(tmp_path / "repo")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    return tmp_path / "repo"


def load(name):
    with open(ROOT / name) as file:
        return yaml.safe_load(file)


def run(*command, **variables):
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, **variables})
    assert KEY not in done.stdout + done.stderr
    return done


def of_action(**inputs):
    """Runs the action's step as GitHub's runner does: inputs become variables, then the shell."""
    action = load("action.yml")
    assert set(inputs) <= set(action["inputs"])
    values = {name: text.get("default", "") for name, text in action["inputs"].items()}
    values.update(inputs)
    step, = action["runs"]["steps"]
    assert action["runs"]["using"] == "composite" and step["shell"] == "bash"
    variables = {name: re.sub(r"\$\{\{ inputs\.([a-z-]+) \}\}", lambda m: values[m.group(1)], text)
                 for name, text in step["env"].items()}
    return run("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"],
               GITHUB_ACTION_PATH=str(ROOT), **variables)


def test_the_action_annotates_and_fails(workspace):
    done = of_action()
    assert done.returncode == 1
    assert done.stdout.startswith("::error file=a.yaml,line=4,")


def test_the_action_writes_a_report_for_code_scanning(workspace):
    done = of_action(**{"sarif-file": "scan.sarif"})
    assert done.returncode == 1
    assert len(json.loads((workspace / "scan.sarif").read_text())["runs"][0]["results"]) == 1


def test_the_action_is_content_with_a_clean_repository(workspace):
    (workspace / "a.yaml").write_text(POD % "$(KEY)")
    assert of_action().returncode == 0


def test_the_action_passes_its_inputs_on(workspace):
    subprocess.run(["git", "init", "-q"], check=True)
    subprocess.run(["git", "add", "-A"], check=True)
    subprocess.run(["git", "-c", "user.name=t", "-c", "user.email=t@x", "commit", "-qm", "x"], check=True)
    assert of_action(since="HEAD").returncode == 0
    assert of_action(paths="missing.yaml").returncode == 2
    assert of_action(**{"fail-on": "never"}).returncode == 2
    assert of_action(baseline="missing.json").returncode == 2
    assert of_action(program="keysteward-of-nobody").returncode == 2


def test_no_input_of_the_action_is_read_as_code(workspace):
    for text in ("$(touch made)", "; touch made", "`touch made`", "--policy=made"):
        for name in ("paths", "since", "helm", "fail-on", "baseline"):
            of_action(**{name: text})
    assert not (workspace / "made").exists()


def test_the_gitlab_job_fails_and_keeps_its_report(workspace):
    pipeline = load("ci/gitlab-ci.yml")
    job = pipeline["keysteward-scan"]
    script = "\n".join(job["script"])
    variables = {name: str(value) for name, value in pipeline["variables"].items()}
    done = run("bash", "-eo", "pipefail", "-c", script, **variables)
    assert done.returncode == 1
    report = workspace / job["artifacts"]["reports"]["codequality"]
    assert [issue["check_name"] for issue in json.loads(report.read_text())] == ["stripe-secret-key"]
    assert job["artifacts"]["when"] == "always"
    (workspace / "a.yaml").write_text(POD % "$(KEY)")
    assert run("bash", "-eo", "pipefail", "-c", script, **variables).returncode == 0


def test_the_gitlab_job_refuses_only_what_a_merge_request_adds(workspace):
    subprocess.run(["git", "init", "-q"], check=True)
    subprocess.run(["git", "add", "-A"], check=True)
    subprocess.run(["git", "-c", "user.name=t", "-c", "user.email=t@x", "commit", "-qm", "x"], check=True)
    base = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True).stdout.strip()
    pipeline = load("ci/gitlab-ci.yml")
    script = "\n".join(pipeline["keysteward-scan"]["script"])
    variables = {**pipeline["variables"], "CI_MERGE_REQUEST_DIFF_BASE_SHA": base}
    assert run("bash", "-eo", "pipefail", "-c", script, **variables).returncode == 0


def run_task(workspace, tmp_path, *paths, fail_on="deny"):
    """The step's script as Tekton runs it: a file, parameters replaced, arrays as arguments."""
    step, = load("ci/tekton-task.yaml")["spec"]["steps"]
    denied = tmp_path / "denied"
    known = {"$(params.fail-on)": fail_on, "$(results.denied.path)": str(denied)}
    script = tmp_path / "script"
    script.write_text(step["script"])
    script.chmod(0o755)
    assert "$(params" not in step["script"], "a parameter in a script is read as code"
    assert step["args"] == ["$(params.paths[*])"]
    done = run(str(script), *paths, **{v["name"]: known[v["value"]] for v in step["env"]})
    return done, denied.read_text()


def test_the_tekton_task_tells_how_many_findings_deny(workspace, tmp_path):
    done, denied = run_task(workspace, tmp_path, ".")
    assert (done.returncode, denied) == (1, "1")
    (workspace / "a.yaml").write_text(POD % "$(KEY)")
    done, denied = run_task(workspace, tmp_path, ".", "de ploy")
    assert (done.returncode, denied) == (0, "0")


def test_the_tekton_task_has_the_form_of_its_kind(workspace):
    task = load("ci/tekton-task.yaml")
    assert (task["apiVersion"], task["kind"]) == ("tekton.dev/v1", "Task")
    spec = task["spec"]
    assert set(spec) <= {"description", "params", "workspaces", "results", "steps", "volumes",
                         "stepTemplate", "sidecars", "displayName"}
    text = json.dumps(spec["steps"])
    for name in re.findall(r"\$\(params\.([a-z-]+)", text):
        assert name in {parameter["name"] for parameter in spec["params"]}
    for name in re.findall(r"\$\(results\.([a-z-]+)", text):
        assert name in {result["name"] for result in spec["results"]}


def test_the_hooks_have_the_form_that_pre_commit_reads():
    hooks = load(".pre-commit-hooks.yaml")
    assert [hook["id"] for hook in hooks] == ["keysteward-scan", "keysteward-scan-files"]
    for hook in hooks:
        assert {"id", "name", "entry", "language"} <= set(hook)
        assert re.search(hook["files"], "deploy/a.yaml") and not re.search(hook["files"], "a.txt")
