"""Scripts, queries, translations and templates in ConfigMaps."""

import json

from detection.innocent import kind
from detection.innocent.configs import config
from detection.innocent.parts import name, sentence
from detection.samples import make


@kind("shell script", 2)
def script(rnd):
    return config(rnd, "run.sh", rnd.choice([
        "#!/bin/bash\nset -euo pipefail\nPASSWORD=\"$(cat /run/secrets/password)\"\nexport PGPASSWORD=\"$PASSWORD\"\npsql -h db -U app -c 'select 1'\n"
        "TOKEN=$(curl -sf -X POST -d \"grant_type=client_credentials\" -u \"$CLIENT_ID:$CLIENT_SECRET\" https://id.acme.example/token | jq -r .access_token)\n"
        "if [ -z \"$TOKEN\" ]; then echo \"no token\"; exit 1; fi\n",
        "#!/bin/sh\n: \"${REDIS_PASSWORD:?must be set}\"\nredis-cli -a \"$REDIS_PASSWORD\" ping\nsed -i \"s/@@PASSWORD@@/${DB_PASSWORD}/\" /etc/app.conf\n"
        "openssl rand -hex 32 > /data/secret_key\nkubectl create secret generic app --from-literal=password=\"$PASSWORD\"\n",
        f"#!/bin/sh\n# {sentence(rnd)}\nfor key in $(etcdctl get --prefix /registry/secrets --keys-only); do echo $key; done\nchmod 600 ~/.ssh/id_rsa\ngit clone https://oauth2:${{GIT_TOKEN}}@git.acme.example/{name(rnd)}.git\n"]))


@kind("SQL script")
def sql(rnd):
    return config(rnd, "schema.sql", "CREATE TABLE users (id uuid PRIMARY KEY, password_hash text NOT NULL, api_key varchar(64) UNIQUE, token_expires timestamptz);\n"
                  "CREATE INDEX idx_token ON sessions (token);\nCREATE ROLE app LOGIN PASSWORD :'app_password';\nALTER TABLE users ADD COLUMN secret bytea;\n"
                  f"COMMENT ON COLUMN users.api_key IS '{sentence(rnd)}';\nINSERT INTO migrations VALUES ('{make('{hex:32}', rnd)}');\n")


@kind("Lua script")
def lua(rnd):
    return config(rnd, "auth.lua", "local jwt = require 'resty.jwt'\nlocal token = ngx.var.http_authorization\nlocal secret = os.getenv('JWT_SECRET')\n"
                  "if not token then return ngx.exit(401) end\nlocal key = 'session:' .. token\nlocal obj = jwt:verify(secret, token)\n")


@kind("JavaScript")
def javascript(rnd):
    return config(rnd, "app.js", "const token = localStorage.getItem('access_token');\nconst password = document.getElementById('password').value;\n"
                  "fetch('/api', { headers: { Authorization: `Bearer ${token}`, 'X-CSRF-Token': csrfToken } });\nconst API_KEY = process.env.API_KEY;\nconst secretKey = crypto.randomBytes(32).toString('hex');\n"
                  "module.exports = { apiKey: process.env.KEY, auth: { password: config.get('db.password') } };\n"
                  f"//# sourceMappingURL=app.{make('{hex:20}', rnd)}.js.map\n")


@kind("Python script")
def python(rnd):
    return config(rnd, "settings.py", "import os\nSECRET_KEY = os.environ['SECRET_KEY']\nPASSWORD = os.getenv('DB_PASSWORD', '')\nAUTH_PASSWORD_VALIDATORS = [{'NAME': 'django.contrib.auth.password_validation.CommonPasswordValidator'}]\n"
                  "token = request.headers.get('Authorization', '').removeprefix('Bearer ')\nSESSION_COOKIE_NAME = 'sessionid'\napi_key = get_secret('projects/acme/secrets/api-key')\nCSRF_TOKEN_HEADER = 'HTTP_X_CSRF_TOKEN'\n"
                  "def check(password: str, token: Optional[str] = None) -> bool:\n    return password == expected_password\n")


@kind("translations", 2)
def translations(rnd):
    return config(rnd, f"messages_{rnd.choice(['de', 'en', 'fr'])}.{rnd.choice(['properties', 'properties'])}",
                  "login.password=Passwort\nlogin.password.forgotten=Passwort vergessen?\nerror.token=Das Token ist abgelaufen\nsettings.apiKey=API-Schluessel\n"
                  "password=Password\npassword.confirm=Confirm password\ntoken.invalid=Your token is invalid or has expired.\nsecret.question=Secret question\nuser.password.placeholder=Enter your new password\n")


@kind("translations in JSON")
def translations_json(rnd):
    return config(rnd, "en.json", json.dumps({"login": {"password": "Password", "token": "One-time token", "secretQuestion": "What is the name of your first pet?"},
                                              "errors": {"password": "Password is too short", "apiKey": "Please enter an API key", "auth": "Unauthorized"},
                                              "labels": {"password": "Mot de passe", "passphrase": "Phrase secrète", "secret": "Geheimnis", "pwd": "Contraseña"}}, indent=2, ensure_ascii=False))


@kind("Go template")
def template(rnd):
    return config(rnd, "config.tmpl", "{{- with secret \"database/creds/app\" }}\nusername = \"{{ .Data.username }}\"\npassword = \"{{ .Data.password }}\"\n{{- end }}\ntoken = {{ env \"TOKEN\" | quote }}\n"
                  "{{ if .Values.auth.password }}password: {{ .Values.auth.password | b64enc }}{{ end }}\n")


@kind("HTML page")
def html(rnd):
    return config(rnd, "login.html", "<form method=\"post\"><label for=\"password\">Password</label>\n<input type=\"password\" name=\"password\" id=\"password\" autocomplete=\"current-password\">\n"
                  f"<input type=\"hidden\" name=\"csrf_token\" value=\"{{{{ csrf_token }}}}\">\n<script src=\"/app.{make('{hex:8}', rnd)}.js\" integrity=\"sha384-{make('{base64:64}', rnd)}\"></script></form>\n")


@kind("README")
def readme(rnd):
    return config(rnd, "README.md", f"# Setup\n\n{sentence(rnd)}\n\nRun `export API_KEY=<your key>` and then `./run --token $TOKEN`.\nDefault password: see the Secret `admin`.\n"
                  "| setting | default |\n|---|---|\n| `password` | none |\n| `tokenTTL` | `1h` |\n\n    kubectl get secret app -o jsonpath='{.data.password}' | base64 -d\n")


@kind("OpenAPI document")
def openapi(rnd):
    return config(rnd, "openapi.json", json.dumps({"openapi": "3.0.0", "components": {"securitySchemes": {
        "apiKey": {"type": "apiKey", "name": "X-API-Key", "in": "header"}, "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
        "schemas": {"Login": {"type": "object", "properties": {"password": {"type": "string", "format": "password", "example": "correct-horse", "description": sentence(rnd)},
                                                             "token": {"type": "string", "maxLength": 64}}}}}}, indent=1))
