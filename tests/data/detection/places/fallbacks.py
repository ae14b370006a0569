"""What is taken where a variable is missing, and files whose lines hold logins."""

from detection.marks import mark, quoted
from detection.places import place
from detection.places.configs import config
from detection.places.pods import container, workload


@place("default of a shell variable in a script")
def shell(name, value, rnd):
    sign = rnd.choice([":-", ":=", "-"])
    return config(rnd, "entrypoint.sh", f"#!/bin/sh\nset -e\nexport {name}=\"${{{name}{sign}{mark(value)}}}\"\nexec app\n")


@place("default of a shell variable in a command")
def command(name, value, rnd):
    script = f"export {name}=${{{name}:-{mark(value)}}}; exec app"
    return workload("Deployment", rnd, container(rnd, f"command: [sh, -c, {quoted(script)}]\n"))


@place("default of a Compose variable")
def compose(name, value, rnd):
    return config(rnd, "docker-compose.yml", "services:\n  app:\n    image: app:1\n    environment:\n"
                  f"      {name}: {quoted(f'${{{name}:-{mark(value)}}}')}\n      TZ: UTC\n")


@place("default of a Spring property")
def spring(name, value, rnd):
    return config(rnd, "application.yml", "app:\n  name: orders\n"
                  f"  setting: {quoted(f'${{{name}:{mark(value)}}}')}\n  retries: 3\n")


@place("default of process.env")
def node(name, value, rnd):
    sign = rnd.choice(["||", "??"])
    return config(rnd, "config.js", f"module.exports = {{\n  port: 8080,\n  x: process.env.{name} {sign} '{mark(value)}',\n}};\n")


@place("default of getenv in PHP")
def php(name, value, rnd):
    return config(rnd, "config.php", f"<?php\n$port = 8080;\n$x = getenv('{name}') ?: '{mark(value)}';\n")


@place("default filter of Jinja", "snake")
def jinja(name, value, rnd):
    return config(rnd, "app.conf.j2", f"port = 8080\nx = {{{{ {name} | default('{mark(value)}') }}}}\n")


@place("default of a Terraform variable", "snake")
def terraform(name, value, rnd):
    return config(rnd, "variables.tf", f"variable \"{name}\" {{\n  type    = string\n  default = \"{mark(value)}\"\n}}\n")


@place("ini file with triple quotes", "snake")
def triple(name, value, rnd):
    sign = rnd.choice(['"""', "'''"])
    return config(rnd, "grafana.ini", f"[server]\nhttp_port = 3000\n\n[auth]\n{name} = {sign}{mark(value)}{sign}\n")


@place("comma-separated values", "snake")
def table(name, value, rnd):
    return config(rnd, "accounts.csv", f"user,{name},role\nann,{mark(value)},admin\n")


@place("userlist of pgbouncer", twins=False)
def userlist(name, value, rnd):
    return config(rnd, "userlist.txt", f"\"app\" \"{mark(value)}\"\n")


@place("access list of Redis", twins=False)
def redis(name, value, rnd):
    return config(rnd, "users.acl", f"user default off\nuser app on >{mark(value)} ~* +@all\n")


@place("chap-secrets", twins=False)
def chap(name, value, rnd):
    return config(rnd, "chap-secrets", f"# client server secret address\nann * {mark(value)} *\n")


@place("JAAS of a server", twins=False)
def jaas(name, value, rnd):
    return config(rnd, "jaas.conf", "KafkaServer {\n  org.apache.kafka.common.security.plain.PlainLoginModule required\n"
                  f"  username=\"broker\"\n  user_app=\"{mark(value)}\";\n}};\n")
