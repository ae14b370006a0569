"""A GitOps repository with SOPS, SealedSecrets and ExternalSecrets: clean, and found at its line when
something is planted in a base, a patch or a generator's file."""

import shutil

import pytest
from conftest import HERE
from lab import samples


@pytest.fixture
def gitops(tmp_path):
    shutil.copytree(HERE / "gitops", tmp_path / "gitops")
    return tmp_path / "gitops"


def test_the_repository_is_clean(scan):
    done = scan.run(HERE / "gitops", "--fail-on", "warn")
    assert done.returncode == 0, done.stdout
    assert "scanned 14 files" in done.stdout


def test_its_overlay_is_clean(scan, kustomize):
    done = scan.run("--kustomize", HERE / "gitops/apps/overlays/prod")
    assert done.returncode == 0, done.stdout


PLANTED = {
    "base": ("apps/base/deployment.yaml", "value: shop_session", "value: sk_live_«{alnum:24}»"),
    "patch": ("apps/overlays/prod/replicas.yaml", "spec: {replicas: 4}",
              "spec:\n  template:\n    metadata:\n      annotations:\n"
              "        example.com/api-key: sk_live_«{alnum:24}»"),
    "generator": ("apps/base/shop.env", "LOG_LEVEL=info", "LOG_LEVEL=info\nDB_PASSWORD=«{alnum:18}»"),
}


@pytest.mark.parametrize("place", PLANTED)
def test_what_is_planted_is_found_at_its_line(scan, kustomize, gitops, place):
    name, before, after = PLANTED[place]
    after, values = samples.render(after)
    file = gitops / name
    text = file.read_text()
    assert before in text
    file.write_text(text.replace(before, after))
    line = 1 + next(i for i, line in enumerate(file.read_text().splitlines()) if values[0] in line)
    report = scan.json("--kustomize", gitops / "apps/overlays/prod")
    denied = [f for f in report["findings"] if f["severity"] == "deny"]
    assert [(f["source"]["file"], f["source"]["line"]) for f in denied] == [(str(file), line)]
    assert values[0] not in str(report)


def test_an_exception_beside_the_source_counts(scan, kustomize, gitops):
    key = samples.make("sk_live_{alnum:24}")
    file = gitops / "apps/base/deployment.yaml"
    comment = '  # keysteward:allow owner=shop until=2099-01-31 reason="sandbox"'
    file.write_text(file.read_text().replace("value: shop_session", f"value: {key}{comment}"))
    done = scan.run("--kustomize", gitops / "apps/overlays/prod")
    assert done.returncode == 0, done.stdout
    file.write_text(file.read_text().replace("2099", "2020"))
    done = scan.run("--kustomize", gitops / "apps/overlays/prod")
    assert done.returncode == 1
    assert "its exception, owned by shop, ended at" in done.stdout


def test_a_kustomization_that_does_not_build_is_bad_input(scan, kustomize, tmp_path):
    (tmp_path / "kustomization.yaml").write_text("resources: [missing.yaml]\n")
    done = scan.run("--kustomize", tmp_path)
    assert done.returncode == 2
    assert "missing.yaml" in done.stderr
