"""Encoded texts: base64, gzip, percent, JSON in JSON."""

import base64
import gzip
import json
import urllib.parse

from detection.marks import block, mark, one_line, quoted
from detection.places import place
from detection.places.pods import container, env, head, name_of, workload


def b64(text):
    data = text if isinstance(text, bytes) else text.encode()
    return base64.b64encode(data).decode()


def zipped(text):
    return gzip.compress(text.encode(), mtime=0)


def dotenv(name, value):
    return f"PORT=8080\n{name}={value}\nDEBUG=false\n"


@place("ConfigMap entry, base64 of the value")
def entry(name, value, rnd):
    return head("ConfigMap", "v1", rnd) + f"data:\n  {name}: {mark(b64(value))}\n"


@place("ConfigMap entry, base64 of a .env file")
def env_file(name, value, rnd):
    return head("ConfigMap", "v1", rnd) + f"data:\n  app.env.b64: {mark(b64(dotenv(name, value)))}\n"


@place("ConfigMap binaryData")
def binary(name, value, rnd):
    return head("ConfigMap", "v1", rnd) + f"binaryData:\n  app.env: {mark(b64(dotenv(name, value)))}\n"


@place("ConfigMap binaryData with gzip")
def binary_gzip(name, value, rnd):
    return head("ConfigMap", "v1", rnd) + f"binaryData:\n  app.env.gz: {mark(b64(zipped(dotenv(name, value))))}\n"


@place("ConfigMap data with gzip in base64", "snake")
def gzip_yaml(name, value, rnd):
    text = f"server:\n  port: 8080\nbackend:\n  {name}: {quoted(value)}\n"
    return head("ConfigMap", "v1", rnd) + f"data:\n  release: {mark(b64(zipped(text)))}\n"


@place("base64 in lines of 76")
def wrapped(name, value, rnd):
    text = base64.encodebytes((dotenv(name, value) + "# " + "settings " * 20).encode()).decode()
    return head("ConfigMap", "v1", rnd) + "data:\n  blob: |\n" + block(mark(text.rstrip()), 4) + "\n"


@place("env value in base64")
def env_b64(name, value, rnd):
    return workload("Deployment", rnd, container(
        rnd, env(rnd, f"- name: {name}_B64\n  value: {mark(b64(value))}\n")))


@place("env value, base64 of JSON", "camel")
def env_json(name, value, rnd):
    text = json.dumps({"type": "account", name: value})
    return workload("Deployment", rnd, container(
        rnd, env(rnd, f"- name: APP_SETTINGS\n  value: {mark(b64(text))}\n")))


@place("URL-safe base64 of JSON", "camel")
def url_safe(name, value, rnd):
    text = base64.urlsafe_b64encode(json.dumps({"id": 7, name: value}).encode()).decode().rstrip("=")
    return workload("Job", rnd, container(rnd, f"args: [\"--config-blob={mark(text)}\"]"))


@place("base64 in base64")
def twice(name, value, rnd):
    return head("ConfigMap", "v1", rnd) + f"data:\n  payload: {mark(b64(b64(dotenv(name, value))))}\n"


@place("JSON in JSON", "camel")
def json_json(name, value, rnd):
    inner = one_line({"backend": {name: mark(value)}})
    return head("ConfigMap", "v1", rnd) + "data:\n  outer.json: |\n" + block(
        json.dumps({"version": 2, "payload": inner}, ensure_ascii=False), 4) + "\n"


@place("percent-encoded query")
def percent(name, value, rnd):
    query = "region=eu&" + name.lower() + "=" + urllib.parse.quote(value, safe="")
    return workload("Deployment", rnd, container(
        rnd, env(rnd, f"- name: CALLBACK_URL\n  value: \"https://api.acme.example/hook?{mark(query)}\"\n")))


@place("data URL of an Ignition file")
def ignition(name, value, rnd):
    text = dotenv(name, value)
    source = rnd.choice(["data:," + mark(urllib.parse.quote(text, safe="")),
                         "data:text/plain;charset=utf-8;base64," + mark(b64(text))])
    return head("MachineConfig", "machineconfiguration.openshift.io/v1", rnd) + (
        "spec:\n  config:\n    ignition: {version: 3.2.0}\n    storage:\n      files:\n      - path: /etc/app/app.env\n"
        f"        mode: 0600\n        contents:\n          source: {quoted(source)}\n")


def docker_auth(password):
    return json.dumps({"auths": {"registry.acme.example": {"auth": b64("robot:" + password)}}})


@place("docker config auths", twins=False)
def docker(name, value, rnd):
    return head("ConfigMap", "v1", rnd) + "data:\n  config.json: |\n    " + json.dumps(
        {"auths": {"registry.acme.example": {"auth": mark(b64("robot:" + value))}}}, ensure_ascii=False) + "\n"


@place("docker config in base64", twins=False)
def docker_b64(name, value, rnd):
    return head("ConfigMap", "v1", rnd) + f"data:\n  .dockerconfigjson: {mark(b64(docker_auth(value)))}\n"


@place("docker config, password", twins=False)
def docker_password(name, value, rnd):
    return head("ConfigMap", "v1", rnd) + "data:\n  config.json: |\n" + block(json.dumps(
        {"auths": {"registry.acme.example": {"username": "robot", "password": mark(value)}}}, indent=2,
        ensure_ascii=False), 4) + "\n"


@place(".npmrc", twins=False)
def npmrc(name, value, rnd):
    return head("ConfigMap", "v1", rnd) + ("data:\n  .npmrc: |\n    registry=https://npm.acme.example/\n"
                                           f"    //npm.acme.example/:_authToken={mark(value)}\n")


@place(".pgpass", twins=False)
def pgpass(name, value, rnd):
    value = value.replace(":", "").replace("\\n", "")
    return head("ConfigMap", "v1", rnd) + f"data:\n  .pgpass: |\n    db.prod.svc:5432:app:app:{mark(value)}\n"


@place(".netrc", twins=False)
def netrc(name, value, rnd):
    return head("ConfigMap", "v1", rnd) + ("data:\n  .netrc: |\n    machine git.acme.example\n    login ci\n"
                                           f"    password {mark(value)}\n")


@place(".netrc on one line", twins=False)
def netrc_line(name, value, rnd):
    return head("ConfigMap", "v1", rnd) + ("data:\n  netrc: |\n    machine git.acme.example login ci "
                                           f"password {mark(value)}\n")


@place("kubeconfig user token", twins=False)
def kubeconfig(name, value, rnd):
    return head("ConfigMap", "v1", rnd) + "data:\n  kubeconfig: |\n" + block(
        "apiVersion: v1\nkind: Config\nclusters:\n- name: prod\n  cluster: {server: https://10.0.0.1:6443}\n"
        f"users:\n- name: ci\n  user:\n    token: {quoted(mark(value))}\n", 4) + "\n"


@place("git credential URL", twins=False)
def git(name, value, rnd):
    value = value.replace("/", "").replace("@", "").replace(":", "").replace("+", "").replace("\\n", "").replace("#", "")
    return head("ConfigMap", "v1", rnd) + f"data:\n  .git-credentials: |\n    https://ci:{mark(value)}@git.acme.example\n"


@place("pip index URL", twins=False)
def pip(name, value, rnd):
    value = urllib.parse.quote(value, safe="")
    return head("ConfigMap", "v1", rnd) + ("data:\n  pip.conf: |\n    [global]\n"
                                           f"    index-url = https://{name_of(rnd)}:{mark(value)}@pypi.acme.example/simple\n")
