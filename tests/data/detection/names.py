"""Names that say credential, in the spelling a place uses: STRIPE_API_KEY, stripeApiKey, …

    draw(rnd, "password", "upper") == "DB_PASSWORD"
"""

KEYS = """
api key|stripe api key|sendgrid api key|openai api key|maps api key|payment api key|weather api key
access token|auth token|github token|slack bot token|bot token|session token|deploy token|ci token
service token|internal api token|webhook token|api token|bearer token|refresh token|npm token
client secret|oauth client secret|app secret|jwt secret|webhook secret|session secret|cookie secret
signing secret|shared secret|hmac secret|django secret key|secret key base|secret key|flask secret key
aws secret access key|s3 secret key|minio secret key|encryption key|signing key|private key
access key|license key|consumer secret|master key|datadog api key|account key|storage account key
""".replace("\n", "|").strip("|").split("|")

PASSWORDS = """
db password|database password|postgres password|mysql root password|mysql password|redis password
rabbitmq password|rabbitmq default pass|smtp password|mail password|ldap bind password|admin password
root password|grafana admin password|elastic password|mongo password|mongodb root password|app password
keystore password|truststore password|ssl key password|replication password|pg password|user password
spring datasource password|kafka password|sasl password|ftp password|proxy password|broker password
ldap admin password|service password|mariadb password|cassandra password|wordpress password|db pass
""".replace("\n", "|").strip("|").split("|")

SECRETS = """
client secret|jwt secret|app secret|session secret|api token|auth token|api key|admin token|access token
webhook secret|cookie secret|service token|encryption key|signing key
""".replace("\n", "|").strip("|").split("|")

STYLES = {
    "upper": lambda words: "_".join(words).upper(),
    "snake": "_".join,
    "kebab": "-".join,
    "dotted": ".".join,
    "camel": lambda words: words[0] + "".join(word.title() for word in words[1:]),
    "header": lambda words: "X-" + "-".join(word.title() for word in words),
}


def draw(rnd, kind, style):
    """For a value of `kind`; a person's password mostly stands beside a name that says so."""
    if kind == "password":
        names = PASSWORDS if rnd.random() < 0.7 else SECRETS
    else:
        names = KEYS if rnd.random() < 0.7 else PASSWORDS
    return STYLES[style](rnd.choice(names).split())
