"""Prometheus, Grafana and their relatives."""

import json

from detection.innocent import kind
from detection.innocent.parts import meta, name, sentence
from detection.marks import block
from detection.samples import make


@kind("PrometheusRule", 2)
def rule(rnd):
    return meta(rnd, "PrometheusRule", "monitoring.coreos.com/v1") + (
        "spec:\n  groups:\n  - name: auth\n    rules:\n    - alert: TokenRefreshFailing\n"
        "      expr: sum(rate(oauth_token_refresh_failures_total{job=\"auth\",secret=~\"db-.+\"}[5m])) by (client_id) > 0.1\n"
        f"      for: 10m\n      labels: {{severity: page}}\n      annotations:\n        summary: {sentence(rnd)!r}\n"
        "        description: 'Secret {{ $labels.secret }} in {{ $labels.namespace }} expires in {{ $value | humanizeDuration }}.'\n"
        "    - record: password:reset_requests:rate5m\n      expr: rate(password_reset_requests_total[5m])\n")


@kind("ServiceMonitor")
def monitor(rnd):
    return meta(rnd, "ServiceMonitor", "monitoring.coreos.com/v1") + (
        "spec:\n  endpoints:\n  - port: metrics\n    bearerTokenFile: /var/run/secrets/kubernetes.io/serviceaccount/token\n"
        f"    authorization:\n      credentials: {{name: {name(rnd)}-token, key: token}}\n    basicAuth:\n      username: {{name: basic, key: user}}\n"
        "      password: {name: basic, key: password}\n    tlsConfig: {caFile: /etc/ca.crt, keySecret: {name: tls, key: tls.key}}\n"
        "    relabelings:\n    - sourceLabels: [__meta_kubernetes_pod_label_secret]\n      targetLabel: secret\n      regex: (.+)\n")


@kind("Grafana dashboard", 2)
def dashboard(rnd):
    panels = [{"id": i, "title": rnd.choice(["Token refreshes", "Failed passwords", "Secret age", "API keys in use"]),
               "type": "timeseries", "datasource": {"type": "prometheus", "uid": make("{base64url:9}", rnd)},
               "targets": [{"expr": "sum(rate(api_key_requests_total{key=~\"$key\"}[5m])) by (key)", "refId": "A",
                            "legendFormat": "{{key}}"}],
               "gridPos": {"h": 8, "w": 12, "x": 0, "y": i * 8}} for i in range(rnd.randrange(2, 8))]
    board = {"__inputs": [], "uid": make("{alnum:9}", rnd), "title": "Auth", "panels": panels, "schemaVersion": 38,
             "templating": {"list": [{"name": "key", "query": "label_values(api_key_requests_total, key)"}]},
             "gnetId": 12345, "iteration": 1700000000000, "description": sentence(rnd)}
    return meta(rnd, "ConfigMap", "v1") + "data:\n  auth.json: |\n" + block(json.dumps(board, indent=2), 4) + "\n"


@kind("Alertmanager configuration")
def alertmanager(rnd):
    return meta(rnd, "AlertmanagerConfig", "monitoring.coreos.com/v1alpha1") + (
        "spec:\n  receivers:\n  - name: slack\n    slackConfigs:\n    - apiURL: {name: slack, key: url}\n      channel: '#alerts'\n"
        "      text: '{{ template \"slack.text\" . }}'\n  - name: pagerduty\n    pagerdutyConfigs:\n    - routingKey: {name: pd, key: routing-key}\n"
        f"  - name: webhook\n    webhookConfigs:\n    - url: https://hooks.acme.example/{name(rnd)}\n")


@kind("Prometheus configuration")
def prometheus(rnd):
    return meta(rnd, "ConfigMap", "v1") + "data:\n  prometheus.yml: |\n" + block(
        "global: {scrape_interval: 30s}\nscrape_configs:\n- job_name: kubernetes-pods\n"
        "  bearer_token_file: /var/run/secrets/kubernetes.io/serviceaccount/token\n  basic_auth:\n    username: scrape\n"
        "    password_file: /etc/prometheus/secrets/password\n  relabel_configs:\n"
        "  - source_labels: [__meta_kubernetes_secret_name]\n    action: keep\n    regex: .*-token-.*\n"
        f"remote_write:\n- url: https://metrics.acme.example/{name(rnd)}\n  authorization: {{credentials_file: /etc/token}}\n", 4) + "\n"


@kind("OpenTelemetry configuration")
def otel(rnd):
    return meta(rnd, "ConfigMap", "v1") + "data:\n  config.yaml: |\n" + block(
        "exporters:\n  otlp:\n    endpoint: https://otel.acme.example:4317\n    headers:\n      api-key: ${env:OTEL_API_KEY}\n"
        "      authorization: Bearer ${env:TOKEN}\nprocessors:\n  attributes:\n    actions:\n    - key: db.password\n      action: delete\n"
        f"    - key: session.id\n      action: hash\n  redaction:\n    blocked_values: ['{make('4{digit:3}', rnd)}[0-9]{{12}}', 'sk_live_[0-9a-zA-Z]+']\n", 4) + "\n"
