"""Ways to write YAML: lists of objects, several documents, anchors, merge keys, scalars."""

from detection.marks import block, mark, quoted
from detection.places import place
from detection.places.pods import container, env, head, workload


def _deployment(name, value, rnd):
    return workload("Deployment", rnd, container(
        rnd, env(rnd, f"- name: {name}\n  value: {quoted(mark(value))}\n")))


@place("item of a List")
def in_list(name, value, rnd):
    items = [head("ConfigMap", "v1", rnd) + "data:\n  mode: fast\n", _deployment(name, value, rnd)]
    return "apiVersion: v1\nkind: List\nitems:\n" + "".join(
        "- " + block(item, 2).lstrip() + "\n" for item in items)


@place("third document of a file")
def documents(name, value, rnd):
    return ("---\n" + head("ServiceAccount", "v1", rnd) + "---\n" + head("ConfigMap", "v1", rnd)
            + "data:\n  mode: fast\n---\n# the app itself\n" + _deployment(name, value, rnd))


@place("document with CRLF line ends")
def crlf(name, value, rnd):
    return _deployment(name, value, rnd).replace("\n", "\r\n") if "\n" not in value else _deployment(name, value, rnd)


@place("anchor and alias")
def anchor(name, value, rnd):
    return workload("Deployment", rnd, container(
        rnd, f"env: &common\n- name: {name}\n  value: {quoted(mark(value))}\n", "app")
        + container(rnd, "env: *common", "worker"))


@place("merge key")
def merge(name, value, rnd):
    return (head("AppDefaults", "acme.example/v1", rnd) + "defaults: &defaults\n"
            f"  {name}: {quoted(mark(value))}\n  LOG_LEVEL: info\nspec:\n  env:\n    <<: *defaults\n    PORT: \"80\"\n")


@place("literal scalar of a field", "camel")
def literal(name, value, rnd):
    return head("AppConfig", "acme.example/v1", rnd) + f"spec:\n  {name}: |-\n    {mark(value)}\n"


@place("single-quoted scalar of a field", "camel")
def single(name, value, rnd):
    text = value.replace("'", "''")
    return head("AppConfig", "acme.example/v1", rnd) + f"spec:\n  backend:\n    {name}: '{mark(text)}'\n"


@place("key in quotes", "snake")
def quoted_key(name, value, rnd):
    return head("ConfigMap", "v1", rnd) + f'data:\n  "{name}": {quoted(mark(value))}\n'


@place("environment as a map")
def environment_map(name, value, rnd):
    return (head("Function", "serverless.acme.example/v1", rnd) + "spec:\n  runtime: nodejs20\n  environment:\n"
            f"    LOG_LEVEL: info\n    {name}: {quoted(mark(value))}\n")
