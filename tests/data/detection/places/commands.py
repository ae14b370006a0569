"""Arguments and shell strings of containers."""

from detection.marks import mark, quoted
from detection.places import place
from detection.places.pods import container, workload


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


# Programs that take a password without saying so: an option of one letter, an operand, a pipe.

def words(rnd, *items, kind="Job"):
    return workload(kind, rnd, container(rnd, "command: [" + ", ".join(items) + "]"))


@place("option of a login in a shell string", twins=False)
def registry_login(name, value, rnd):
    program = rnd.choice(["docker login registry.acme.example", "podman login quay.io", "helm registry login ghcr.io",
                          "oc login https://api.acme.example:6443", "az login --service-principal"])
    return shell(rnd, f"{program} -u robot -p '{mark(value)}' && ./publish", "Job")


@place("option of a database client over several lines", twins=False)
def database_client(name, value, rnd):
    program, option = rnd.choice([("mongosh", "-p"), ("mongodump", "-p"), ("sqlcmd -S db", "-P"), ("cypher-shell", "-p"),
                                  ("redis-cli", "-a"), ("ldapsearch -x", "-w")])
    return workload("CronJob", rnd, container(
        rnd, f"command:\n- sh\n- -c\n- |\n  set -eu\n  {program} \\\n    -u admin \\\n"
        f"    {option} '{mark(value)}' \\\n    --quiet\n"))


@place("option of a program as words", twins=False)
def option_word(name, value, rnd):
    return words(rnd, *rnd.choice([["redis-cli", '"-a"', quoted(mark(value)), "ping"],
                                   ["/usr/bin/sqlcmd", '"-U"', "sa", '"-P"', quoted(mark(value))],
                                   ["ldapwhoami", '"-D"', "cn=admin", '"-w"', quoted(mark(value))]]))


@place("option in args after the program in command", twins=False)
def args_after_command(name, value, rnd):
    return workload("Deployment", rnd, container(
        rnd, 'command: ["redis-cli"]\nargs: ["-h", "redis", "-a", ' + quoted(mark(value)) + "]"))


@place("operand of a program", twins=False)
def operand(name, value, rnd):
    return shell(rnd, rnd.choice([
        f"vault login '{mark(value)}'", f"rabbitmqctl add_user shop '{mark(value)}'",
        f"mc alias set store http://minio:9000 admin '{mark(value)}'",
        f"htpasswd -bc /auth/users admin '{mark(value)}'"]) + "; exec /app/server")


@place("printed into a program", twins=False)
def printed(name, value, rnd):
    return shell(rnd, f"echo '{mark(value)}' | docker login -u robot --password-stdin ghcr.io", "Job")


@place("script of a Tekton step", twins=False)
def tekton_script(name, value, rnd):
    return ("apiVersion: tekton.dev/v1\nkind: Task\nmetadata: {name: publish, namespace: ci}\nspec:\n  steps:\n"
            "  - name: push\n    image: registry.acme.example/tools:1\n    script: |\n      #!/bin/sh\n      set -e\n"
            f"      twine upload -u robot -p '{mark(value)}' dist/*\n")
