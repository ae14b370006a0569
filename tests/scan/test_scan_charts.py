"""Charts in the style of public ones: clean as they are, and what is planted in their values is found at
its line. charts/ holds them; they are rendered by helm."""

import pytest
from conftest import CHARTS, HERE
from lab import samples

# A values file for each chart; the line with "# planted" holds a value made at run time.
PLANTED = {
    "airflow": "env:\n- name: AIRFLOW__CORE__FERNET_KEY\n  value: «{base64url:43}»=  # planted\n",
    "argo-cd": "configs:\n  repositories:\n    auth.password: «{alnum:20}»  # planted\n",
    "cert-manager": "extraArgs:\n- --v=2\n- --api-token=«{alnum:40}»  # planted\n",
    "external-dns": "env:\n- {name: CF_API_EMAIL, value: ops@example.com}\n"
                    "- {name: CF_API_TOKEN, value: «{alnum:40}»}  # planted\n",
    "gitlab-runner": "env:\n  CI_DEBUG: x\n  CI_SERVER_TOKEN: glrt-«{alnum:20}»  # planted\n",
    "grafana": "grafana.ini:\n  database:\n    type: postgres\n    password: «{alnum:18}»  # planted\n",
    "ingress-nginx": "annotations:\n  example.com/api-key: «{hex:40}»  # planted\n",
    "kafka": "extraConfig: |\n  num.partitions=3\n  ssl.keystore.password=«{alnum:18}» # planted\n",
    "keycloak": "extraEnvVars:\n- name: KC_DB_PASSWORD\n  value: «{alnum:18}»  # planted\n",
    "loki": "loki:\n  storage:\n    s3:\n      secretAccessKey: «{alnum:40}»  # planted\n",
    "minio": "extraEnvVars:\n- value: «{alnum:40}»  # planted\n  name: MINIO_ROOT_PASSWORD\n",
    "mysql": "primary:\n  configuration: |-\n    [client]\n    password=«{alnum:18}» # planted\n",
    "nginx": "extraEnvVars:\n- name: PAYMENT_KEY\n  value: sk_live_«{alnum:24}»  # planted\n",
    "oauth2-proxy": "extraArgs:\n  provider: oidc\n  client-secret: «{alnum:32}»  # planted\n",
    "postgresql": "metrics:\n  dataSource: postgres://app:«{alnum:18}»@db:5432/app  # planted\n",
    "prometheus": "server:\n  remoteWrite:\n  - url: https://tsdb.example.com/write\n    basic_auth:\n"
                  "      username: prometheus\n      password: «{alnum:20}»  # planted\n",
    "rabbitmq": "extraConfiguration: |-\n  default_vhost = /\n  default_pass = «{alnum:18}» # planted\n",
    "redis": "master:\n  extraEnvVars:\n  - name: REDIS_TLS_KEY_PASSWORD\n    value: «{alnum:18}»  # planted\n",
    "vault": "server:\n  extraEnvironmentVars:\n    AWS_SECRET_ACCESS_KEY: «{alnum:40}»  # planted\n",
    "wordpress": "customEnv:\n  SMTP_HOST: x\n  SMTP_PASSWORD: «{alnum:18}»  # planted\n",
}

@pytest.mark.parametrize("chart", CHARTS)
def test_a_chart_is_clean(scan, helm, chart):
    done = scan.run("--helm", HERE / "charts" / chart, "--fail-on", "warn")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("chart", CHARTS)
def test_what_is_planted_is_found_at_its_line(scan, helm, chart, tmp_path):
    text, values = samples.render(PLANTED[chart])
    file = tmp_path / "planted.yaml"
    file.write_text(text)
    line = 1 + next(i for i, line in enumerate(text.splitlines()) if "# planted" in line)
    report = scan.json("--helm", HERE / "charts" / chart, "-f", file)
    places = [(f["source"]["file"], f["source"]["line"]) for f in report["findings"]
              if f["severity"] == "deny" and "source" in f]
    assert (str(file), line) in places, report["findings"]
    assert not any(value in str(report) for value in values)


def test_both_helms_give_one_report(scan, tmp_path):
    from conftest import Scan, tool
    reports = []
    for program in ("helm3", "helm4"):
        if not tool(program):
            pytest.skip(f"{program} is not set up: run scripts/setup --cluster")
        folder = tmp_path / program
        folder.mkdir()
        (folder / "helm").symlink_to(tool(program))
        reports.append(Scan(folder).run("--helm", HERE / "charts/wordpress", "--set",
                                        "customEnv.SMTP_PASSWORD=zK8-mPq4-xW2").stdout)
    assert reports[0] == reports[1] and "1 denied" in reports[0]


def test_a_chart_that_does_not_render_is_bad_input(scan, helm, tmp_path):
    (tmp_path / "Chart.yaml").write_text("apiVersion: v2\nname: x\nversion: 0.1.0\n")
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates/a.yaml").write_text('{{ fail "no database" }}\n')
    done = scan.run("--helm", tmp_path)
    assert done.returncode == 2
    assert "helm template" in done.stderr and "no database" in done.stderr


def test_what_helm_complains_about_is_withheld_when_it_holds_a_key(scan, helm, tmp_path):
    key = samples.make("sk_live_{alnum:24}")
    (tmp_path / "Chart.yaml").write_text("apiVersion: v2\nname: x\nversion: 0.1.0\n")
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates/a.yaml").write_text('{{ fail (printf "bad %s" .Values.key) }}\n')
    done = scan.run("--helm", tmp_path, "--set", f"key={key}")
    assert done.returncode == 2
    assert key not in done.stdout + done.stderr
    assert "left out" in done.stderr


def test_without_helm_the_way_out_is_told(scan, tmp_path):
    done = scan.run("--helm", HERE / "charts/nginx", variables={"PATH": str(tmp_path)})
    assert done.returncode == 2
    assert "helm, which is not in PATH" in done.stderr and "keysteward scan -" in done.stderr
