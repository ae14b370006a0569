"""Pods: workload documents around a given container text."""

from detection import words
from detection.marks import block


def name_of(rnd):
    return f"{rnd.choice(words.TEAMS)}-{rnd.choice(words.APPS)}"


def head(kind, api, rnd):
    return (f"apiVersion: {api}\nkind: {kind}\nmetadata:\n  name: {name_of(rnd)}\n"
            f"  namespace: {rnd.choice(words.NAMESPACES)}\n")


def container(rnd, rest, name=None):
    image = f"registry.acme.example/{name_of(rnd)}:{rnd.randrange(9)}.{rnd.randrange(40)}.{rnd.randrange(9)}"
    text = f"- name: {name or rnd.choice(words.APPS)}\n  image: {image}\n"
    if rnd.random() < 0.6:
        text += f"  ports:\n  - containerPort: {rnd.randrange(3000, 9999)}\n"
    text += block(rest, 2) + "\n"
    if rnd.random() < 0.5:
        text += "  resources:\n    limits: {cpu: 500m, memory: 256Mi}\n"
    return text


def neighbours(rnd):
    """Innocent variables beside the one that counts."""
    lines = ["- name: LOG_LEVEL\n  value: info\n", "- name: PORT\n  value: \"8080\"\n",
             "- name: DB_HOST\n  value: db.prod.svc\n", "- name: TOKEN_TTL\n  value: 3600s\n",
             "- name: DB_NAME\n  value: orders\n",
             "- name: POD_IP\n  valueFrom:\n    fieldRef:\n      fieldPath: status.podIP\n",
             "- name: FEATURES\n  value: \"search,export\"\n"]
    rnd.shuffle(lines)
    return lines[:rnd.randrange(4)]


def env(rnd, entry):
    before, after = "".join(neighbours(rnd)), "".join(neighbours(rnd))
    return "env:\n" + before + entry.rstrip("\n") + "\n" + after


def workload(kind, rnd, containers, extra=""):
    """`containers`: items of a list; `extra`: further members of the pod's spec."""
    label = name_of(rnd)
    pod = "containers:\n" + containers.rstrip("\n") + "\n" + extra
    if kind == "Pod":
        return head("Pod", "v1", rnd) + "spec:\n" + block(pod, 2) + "\n"
    template = f"template:\n  metadata:\n    labels: {{app: {label}}}\n  spec:\n" + block(pod, 4) + "\n"
    if kind == "CronJob":
        return (head(kind, "batch/v1", rnd) + "spec:\n  schedule: \"*/5 * * * *\"\n  jobTemplate:\n    spec:\n"
                + block(template, 6) + "\n          restartPolicy: Never\n")
    if kind == "Job":
        return head(kind, "batch/v1", rnd) + "spec:\n  backoffLimit: 2\n" + block(template, 2) + "\n"
    spec = f"selector:\n  matchLabels: {{app: {label}}}\n"
    if kind == "StatefulSet":
        spec += f"serviceName: {label}\n"
    if kind != "DaemonSet":
        spec = f"replicas: {rnd.randrange(1, 6)}\n" + spec
    return head(kind, "apps/v1", rnd) + "spec:\n" + block(spec + template, 2) + "\n"
