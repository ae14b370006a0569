"""ConfigMaps with the configuration of servers, without a credential in them."""

import json

from detection.innocent import kind
from detection.innocent.parts import certificate, meta, name, sentence
from detection.marks import block
from detection.samples import make


def config(rnd, file, text):
    return meta(rnd, "ConfigMap", "v1") + f"data:\n  {file}: |\n" + block(text, 4) + "\n"


@kind("nginx.conf", 2)
def nginx(rnd):
    return config(rnd, "nginx.conf", rnd.choice([
        "http {\n  log_format main '$remote_addr - $remote_user [$time_local] \"$request\"';\n  map $http_authorization $token { \"~Bearer (?<t>.+)\" $t; }\n"
        "  ssl_certificate_key /etc/nginx/tls/tls.key;\n  ssl_session_cache shared:SSL:10m;\n  ssl_ciphers ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES128-GCM-SHA256;\n"
        "  proxy_cache_key \"$scheme$request_method$host$request_uri\";\n  auth_basic_user_file /etc/nginx/htpasswd;\n}\n",
        "server {\n  listen 443 ssl;\n  location /token { proxy_pass http://auth:8080; proxy_set_header X-Api-Key $http_x_api_key; }\n"
        "  location / { auth_jwt \"api\" token=$cookie_auth_token; auth_jwt_key_file /etc/jwk.json; }\n  secure_link_md5 \"$secure_link_expires$uri$secret\";\n}\n"]))


@kind("application.yml", 2)
def spring(rnd):
    return config(rnd, "application.yml", "spring:\n  datasource:\n    url: jdbc:postgresql://db:5432/app\n    username: ${DB_USER}\n    password: ${DB_PASSWORD}\n"
                  "  security:\n    oauth2:\n      client:\n        registration:\n          sso:\n            client-id: shop\n            client-secret: ${SSO_SECRET:}\n"
                  f"            scope: openid,profile\n            authorization-grant-type: authorization_code\n      resourceserver:\n        jwt:\n          issuer-uri: https://id.acme.example/{name(rnd)}\n"
                  "  kafka:\n    properties:\n      sasl.jaas.config: org.apache.kafka.common.security.plain.PlainLoginModule required username=\"${KAFKA_USER}\" password=\"${KAFKA_PASSWORD}\";\n"
                  "    consumer:\n      key-deserializer: org.apache.kafka.common.serialization.StringDeserializer\nserver:\n  ssl:\n    key-store: /etc/tls/keystore.p12\n    key-store-type: PKCS12\n")


@kind("application.properties")
def properties(rnd):
    return config(rnd, "application.properties", "spring.datasource.password=${DB_PASSWORD}\nquarkus.oidc.credentials.secret=${OIDC_SECRET}\n"
                  "mp.jwt.verify.publickey.location=/etc/keys/pub.pem\nsecurity.token.validity-in-seconds=86400\npassword.strength.min=8\n"
                  f"management.endpoint.env.keys-to-sanitize=password,secret,key,token\napp.build.revision={make('{hex:40}', rnd)}\n")


@kind(".env file")
def dotenv(rnd):
    return config(rnd, "app.env", f"PORT=8080\nDB_PASSWORD=${{DB_PASSWORD}}\nAPI_TOKEN=\nJWT_SECRET=changeme\nSECRET_KEY_FILE=/run/secrets/key\n"
                  f"TOKEN_TTL=3600\nOAUTH_CLIENT_ID={make('{uuid}', rnd)}\nSENTRY_RELEASE={make('{hex:40}', rnd)}\n# API_KEY=<put yours here>\nS3_KEY_PREFIX=backups/{name(rnd)}\n")


@kind("fluent-bit.conf")
def fluent_bit(rnd):
    return config(rnd, "fluent-bit.conf", "[SERVICE]\n    Flush 1\n[OUTPUT]\n    Name es\n    HTTP_User ${ES_USER}\n    HTTP_Passwd ${ES_PASSWORD}\n    tls.key_file /tls/tls.key\n"
                  f"[FILTER]\n    Name modify\n    Remove authorization\n    Remove_wildcard secret_\n    Add cluster {name(rnd)}\n")


@kind("logback.xml")
def logback(rnd):
    return config(rnd, "logback.xml", "<configuration>\n  <appender name=\"STDOUT\" class=\"ch.qos.logback.core.ConsoleAppender\">\n    <encoder>\n"
                  "      <pattern>%d %-5level [%X{traceId}] %replace(%msg){'password=\\S+', 'password=***'}%n</pattern>\n    </encoder>\n  </appender>\n"
                  f"  <logger name=\"com.acme.{rnd.choice(['auth.TokenFilter', 'security.PasswordResetController'])}\" level=\"DEBUG\"/>\n"
                  "  <property name=\"password\" value=\"${KEYSTORE_PASSWORD}\"/>\n</configuration>\n")


@kind("certificate bundle")
def bundle(rnd):
    return config(rnd, "ca.crt", certificate(rnd, rnd.randrange(10, 25)))


@kind("JSON settings", 2)
def settings(rnd):
    thing = {"Logging": {"LogLevel": {"Default": "Information"}}, "Authentication": {
        "Authority": "https://id.acme.example", "Audience": make("{uuid}", rnd), "TokenLifetimeMinutes": 60,
        "RequireHttpsMetadata": True, "ClientSecret": rnd.choice(["", "${CLIENT_SECRET}", "<set by deployment>"])},
        "ConnectionStrings": {"Default": "Server=db;Database=app;User Id=app;Password=${DB_PASSWORD};"},
        "KeyVault": {"Name": "acme-prod", "SecretPrefix": name(rnd)}, "passwordPolicy": {"minLength": 12, "pattern": "^(?=.*[A-Z])(?=.*\\d).+$"}}
    return config(rnd, "appsettings.json", json.dumps(thing, indent=2))


@kind("Vault policy")
def vault(rnd):
    return config(rnd, "policy.hcl", f"path \"secret/data/{name(rnd)}/*\" {{\n  capabilities = [\"read\"]\n}}\npath \"auth/token/renew-self\" {{\n  capabilities = [\"update\"]\n}}\n"
                  "listener \"tcp\" {\n  tls_key_file = \"/vault/tls/tls.key\"\n}\nseal \"awskms\" {\n  kms_key_id = \"alias/vault\"\n}\n")


@kind("Keycloak realm")
def keycloak(rnd):
    return config(rnd, "realm.json", json.dumps({
        "id": make("{uuid}", rnd), "realm": "shop", "accessTokenLifespan": 300, "resetPasswordAllowed": True,
        "passwordPolicy": "length(12) and notUsername", "clients": [{"clientId": "web", "secret": "**********",
                                                                    "clientAuthenticatorType": "client-secret", "publicClient": True}],
        "components": {"org.keycloak.keys.KeyProvider": [{"id": make("{uuid}", rnd), "name": "rsa-generated", "providerId": "rsa-generated",
                                                         "config": {"priority": ["100"]}}]}}, indent=1))


@kind("CoreDNS")
def coredns(rnd):
    return config(rnd, "Corefile", f".:53 {{\n    errors\n    health\n    kubernetes cluster.local in-addr.arpa\n    forward . 10.{rnd.randrange(255)}.0.2\n    cache 30\n    tsig {{ secrets /etc/coredns/tsig }}\n}}\n")


@kind("binary ConfigMap")
def binary(rnd):
    return meta(rnd, "ConfigMap", "v1") + f"binaryData:\n  logo.png: iVBORw0KGgoAAAANSUhEUgAA{make('{base64:600}', rnd)}\n  truststore.jks: /u3+7QAAAAIAAAAB{make('{base64:400}', rnd)}\n"


@kind("feature flags")
def flags(rnd):
    return config(rnd, "flags.yaml", "flags:\n- key: enable-token-refresh\n  value: true\n- key: password-login\n  value: false\n- name: secret-santa-2026\n  rollout: 20\n"
                  f"  hash_key: user_id\nsegments:\n- key: beta\n  description: {sentence(rnd)!r}\n")
