"""Arguments and shell strings of containers."""

from detection_sets.marks import mark, quoted
from detection_sets.places import place
from detection_sets.places.pods import container, workload


def args(*items):
    return "args:\n" + "".join(f"- {item}\n" for item in items)


@place("argument --name=value", "kebab")
def equals(name, value, rnd):
    return workload("Deployment", rnd, container(rnd, args(
        "serve", "--port=8080", quoted(f"--{name}={mark(value)}"), "--verbose")))


@place("argument split over two items", "kebab")
def split(name, value, rnd):
    return workload("Deployment", rnd, container(rnd, args(
        "serve", f"--{name}", quoted(mark(value)), "--log-level", "info")))


@place("arguments in flow style", "kebab")
def flow(name, value, rnd):
    return workload("Job", rnd, container(
        rnd, f'args: ["--region", "eu-1", "--{name}", {quoted(mark(value))}]'))


@place("argument -name=value", "kebab")
def single_dash(name, value, rnd):
    return workload("Deployment", rnd, container(rnd, args(
        "-listen=:9104", quoted(f"-{name}={mark(value)}"))))


@place("argument name=value")
def bare(name, value, rnd):
    return workload("Job", rnd, container(rnd, args("import", quoted(f"{name}={mark(value)}"))))


@place("java argument -D", "dotted")
def java(name, value, rnd):
    return workload("Deployment", rnd, container(
        rnd, 'command: ["java"]\n' + args("-Xmx512m", quoted(f"-D{name}={mark(value)}"), "-jar", "/app.jar")))


def shell(rnd, text, kind="Deployment"):
    return workload(kind, rnd, container(rnd, 'command: ["/bin/sh", "-c"]\n' + args(quoted(text))))


@place("shell export")
def export(name, value, rnd):
    return shell(rnd, f"export {name}={mark(value)}; exec /app/server --port 8080")


@place("shell export in quotes")
def export_quoted(name, value, rnd):
    return shell(rnd, f"set -e; export {name}='{mark(value)}' && exec /app/server")


@place("shell export, several lines")
def export_lines(name, value, rnd):
    return workload("Job", rnd, container(
        rnd, "command:\n- sh\n- -c\n- |\n  set -euo pipefail\n"
        f"  export {name}=\"{mark(value)}\"\n  ./migrate up\n"))


@place("shell flag", "kebab")
def flag(name, value, rnd):
    return shell(rnd, f"/usr/bin/importer --endpoint https://api.acme.example --{name} {mark(value)} --once", "Job")


@place("shell flag with equals sign", "kebab")
def flag_equals(name, value, rnd):
    return shell(rnd, f"exec /app/sync --{name}={mark(value)} --interval 30s")


@place("curl header in a shell string", "header", twins=False)
def curl(name, value, rnd):
    header = rnd.choice(["X-Api-Key", "X-Auth-Token", "PRIVATE-TOKEN", "X-Vault-Token"])
    return shell(rnd, f'curl -fsS -H "{header}: {mark(value)}" https://api.acme.example/v1/jobs', "CronJob")


@place("curl bearer in a shell string", "header", twins=False)
def curl_bearer(name, value, rnd):
    return shell(rnd, f"curl -s -H 'Authorization: Bearer {mark(value)}' https://api.acme.example/refresh", "CronJob")


@place("curl user and password", twins=False)
def curl_user(name, value, rnd):
    if any(c in value for c in "\n' "):
        value = "k" + value[:12].replace("\n", "").replace(" ", "") + "9"
    return shell(rnd, f"curl -u admin:{mark(value)} https://nexus.acme.example/repository", "CronJob")


@place("variable before a shell command", twins=False)
def pgpassword(name, value, rnd):
    variable = rnd.choice(["PGPASSWORD", "MYSQL_PWD", "RESTIC_PASSWORD", "REDISCLI_AUTH"])
    return shell(rnd, f"{variable}='{mark(value)}' psql -h db.prod.svc -U app -c 'select 1'", "Job")
