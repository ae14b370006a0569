"""Templates of Helm charts before anything renders them, and what stands in comments: no document to parse."""

from detection.marks import block, mark, quoted
from detection.places import TOLD, place
from detection.places.pods import head, name_of


def chart(kind, api, rest):
    return (f'apiVersion: {api}\nkind: {kind}\nmetadata:\n  name: {{{{ include "app.fullname" . }}}}\n'
            '  labels:\n    {{- include "app.labels" . | nindent 4 }}\n' + rest)


def template(rnd, rest):
    """A Deployment's template; `rest`: further members of its container."""
    condition = rnd.choice([".Values.extra.enabled", "not .Values.existingSecret", "eq .Values.mode \"cluster\""])
    return chart("Deployment", "apps/v1", "spec:\n  replicas: {{ .Values.replicaCount }}\n  template:\n    spec:\n"
                 "      containers:\n        - name: {{ .Chart.Name }}\n"
                 '          image: "{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}"\n'
                 f"          {{{{- if {condition} }}}}\n" + block(rest, 10) + "\n          {{- end }}\n")


def config_map(rest):
    return chart("ConfigMap", "v1", "data:\n  LOG_LEVEL: {{ .Values.logLevel | quote }}\n" + rest)


@place("Helm template, env entry")
def entry(name, value, rnd):
    text = rnd.choice([quoted(mark(value)), f"'{mark(value)}'"])
    return template(rnd, "env:\n  {{- toYaml .Values.env | nindent 12 }}\n" + rnd.choice([
        f"  - name: {name}\n    value: {text}\n", f"  - value: {text}\n    name: {name}\n"]))


@place("Helm template, argument on two lines", "kebab")
def argument(name, value, rnd):
    return template(rnd, f"args:\n  - serve\n  - --{name}\n  - {quoted(mark(value))}\n"
                    "  {{- range .Values.extraArgs }}\n  - {{ . | quote }}\n  {{- end }}\n")


@place("Helm template, default of a value")
def default(name, value, rnd):
    path = f".Values.{rnd.choice(['auth', 'global', 'config'])}.{name.lower()}"
    action = rnd.choice([f"{path} | default {quoted(mark(value))}", f"default {quoted(mark(value))} {path}",
                         f"{path} | default {quoted(mark(value))} | quote"])
    return config_map(f"  {name}: {{{{ {action} }}}}\n")


@place("Helm template, default in an env entry")
def default_entry(name, value, rnd):
    return template(rnd, f"env:\n  - name: {name}\n    value: {{{{ .Values.app.{name.lower()} | default "
                    f"{quoted(mark(value))} | quote }}}}\n")


@place("Helm template, entry of a ConfigMap")
def entry_of_map(name, value, rnd):
    return config_map(f"  {{{{- if .Values.legacy }}}}\n  {name}: {quoted(mark(value))}\n  {{{{- end }}}}\n")


@place("Helm template, file of a ConfigMap", "snake")
def file(name, value, rnd):
    return config_map("  app.conf: |\n    host = {{ .Values.db.host }}\n    {{- with .Values.db.port }}\n"
                      f"    port = {{{{ . }}}}\n    {{{{- end }}}}\n    {name} = {mark(value)}\n")


@place("document beside a template")
def beside(name, value, rnd):
    return (chart("ConfigMap", "v1", "{{- if .Values.extra }}\ndata:\n  mode: fast\n{{- end }}\n") + "---\n"
            + head("Pod", "v1", rnd) + "spec:\n  containers:\n  - name: app\n    image: acme/app:1\n    env:\n"
            f"    - name: {name}\n      value: {quoted(mark(value))}\n")


# A comment's words are examples; what a generator made is not.
@place("comment with an env entry", kinds=TOLD)
def commented(name, value, rnd):
    gap = rnd.choice(["", " "])
    return head("Pod", "v1", rnd) + (
        "spec:\n  containers:\n  - name: app\n    image: acme/app:1\n    env:\n    - name: LOG_LEVEL\n      value: info\n"
        f"    #{gap}- name: {name}\n    #{gap}  value: {quoted(mark(value))}\n")


@place("comment in a file of a ConfigMap", "snake")
def commented_file(name, value, rnd):
    sign, equals = rnd.choice(["#", "# ", "; "]), rnd.choice(["=", " = "])
    return head("ConfigMap", "v1", rnd) + "data:\n  app.conf: |\n" + block(
        f"[{name_of(rnd)}]\nhost = db\n{sign}{name}{equals}{mark(value)}\nport = 5432\n", 4) + "\n"
