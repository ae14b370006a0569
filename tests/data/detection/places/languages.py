"""Program text in ConfigMaps: scripts and settings of programming languages."""

from detection.marks import mark, quoted
from detection.places import PEOPLE, place
from detection.places.configs import config


@place("shell script file")
def script(name, value, rnd):
    return config(rnd, "entrypoint.sh", f"#!/bin/sh\nset -eu\nexport {name}={mark(value)}\nexec /app/server\n")


@place("shell script with curl", "header", twins=False)
def script_curl(name, value, rnd):
    return config(rnd, "notify.sh", "#!/bin/bash\ncurl -X POST \\\n"
                  f"  -H \"X-Api-Key: {mark(value)}\" \\\n  https://api.acme.example/events\n")


@place("shell script with a default", twins=False)
def script_default(name, value, rnd):
    return config(rnd, "run.sh", "#!/bin/sh\n"
                  f": \"${{API_TOKEN:={mark(value)}}}\"\nexec /app/server\n")


@place("SQL: CREATE USER", twins=False)
def sql(name, value, rnd):
    return config(rnd, "init.sql", f"CREATE DATABASE app;\nCREATE USER app WITH PASSWORD '{mark(value)}';\n"
                  "GRANT ALL ON DATABASE app TO app;\n")


@place("SQL: IDENTIFIED BY", twins=False)
def sql_identified(name, value, rnd):
    return config(rnd, "grants.sql", f"CREATE USER 'app'@'%' IDENTIFIED BY '{mark(value)}';\nFLUSH PRIVILEGES;\n")


@place("SQL: ALTER ROLE", twins=False)
def sql_alter(name, value, rnd):
    return config(rnd, "roles.sql", f"ALTER ROLE app WITH LOGIN ENCRYPTED PASSWORD '{mark(value)}';\n")


@place("PHP array", "snake")
def php(name, value, rnd):
    return config(rnd, "config.php", f"<?php\nreturn [\n  'host' => 'db',\n  '{name}' => '{mark(value)}',\n];\n")


@place("PHP define")
def php_define(name, value, rnd):
    return config(rnd, "wp-config.php", f"<?php\ndefine('DB_HOST', 'mysql');\ndefine('{name}', '{mark(value)}');\n")


@place("Python settings")
def python(name, value, rnd):
    return config(rnd, "settings.py", f"import os\nDEBUG = False\n{name} = {quoted(mark(value))}\nALLOWED_HOSTS = ['*']\n")


@place("Python dictionary", "snake")
def python_dict(name, value, rnd):
    return config(rnd, "config.py", f"DATABASE = {{'host': 'db', '{name}': '{mark(value)}', 'port': 5432}}\n")


@place("JavaScript constant", "camel")
def javascript(name, value, rnd):
    return config(rnd, "config.js", f"const {name} = '{mark(value)}';\nmodule.exports = {{ {name} }};\n")


@place("JavaScript object", "camel")
def javascript_object(name, value, rnd):
    return config(rnd, "env.js", f"window.__env = {{\n  apiUrl: '/api',\n  {name}: '{mark(value)}',\n}};\n")


@place("Lua table", "snake")
def lua(name, value, rnd):
    return config(rnd, "conf.lua", f"local M = {{}}\nM.{name} = \"{mark(value)}\"\nreturn M\n")


@place("Ruby settings", "snake")
def ruby(name, value, rnd):
    return config(rnd, "gitlab.rb", f"external_url 'https://git.acme.example'\ngitlab_rails['{name}'] = \"{mark(value)}\"\n")


@place("Groovy script", "camel")
def groovy(name, value, rnd):
    return config(rnd, "init.groovy", f"def {name} = \"{mark(value)}\"\nprintln 'ready'\n")


@place("Go template with a literal", "snake")
def template(name, value, rnd):
    return config(rnd, "app.tmpl", f"host = {{{{ env \"HOST\" }}}}\n{name} = \"{mark(value)}\"\n")


@place("PowerShell script", "camel")
def powershell(name, value, rnd):
    return config(rnd, "setup.ps1", f"${name} = \"{mark(value)}\"\nInvoke-WebRequest -Uri https://x.acme.example\n")


@place("SQL: INSERT", twins=False)
def sql_insert(name, value, rnd):
    text = f"'{mark(value)}'"
    return config(rnd, "seed.sql", rnd.choice([
        f"INSERT INTO oauth_clients (name, client_secret) VALUES ('web', {text});\n",
        f"INSERT INTO settings (id, api_token, active)\nVALUES (7, {text}, true);\n",
        f"UPDATE mailboxes SET smtp_password = {text} WHERE login = 'ops';\n"]))


@place("MongoDB shell script", twins=False, kinds=PEOPLE)
def mongo(name, value, rnd):
    text = f"'{mark(value)}'"
    return config(rnd, "init.js", "db = db.getSiblingDB('admin');\n" + rnd.choice([
        f"db.auth('root', {text});\n", f"db.changeUserPassword('app', {text});\n",
        f"db.createUser({{user: 'app', pwd: {text}, roles: ['readWrite']}});\n"]))


@place("Java constant")
def java(name, value, rnd):
    return config(rnd, "Settings.java", "public class Settings {\n"
                  f"  private static final String {name} = {quoted(mark(value))};\n}}\n")


@place("Go constant", "camel")
def go(name, value, rnd):
    sign = rnd.choice(["const {} =", "var {} =", "var {} string ="]).format(name)
    return config(rnd, "settings.go", f"package settings\n\n{sign} {quoted(mark(value))}\n")


@place("PHP variable", "snake")
def php_variable(name, value, rnd):
    return config(rnd, "config.inc.php", f"<?php\n$i = 1;\n$cfg['Servers'][$i]['{name}'] = '{mark(value)}';\n")
