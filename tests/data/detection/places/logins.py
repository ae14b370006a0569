"""Logins: user and password together, in files that list them and in values that hold one."""

from detection.marks import block, mark, quoted
from detection.places import PEOPLE, place
from detection.places.commands import args
from detection.places.configs import config
from detection.places.connections import in_env
from detection.places.pods import container, head, workload


def user(rnd):
    return rnd.choice(["admin", "app", "alice", "backup", "svc-deploy", "grafana", "orders_rw"])


def without(value, signs):
    """What the file's form would end at is not in its values."""
    return "".join(c for c in value if c not in signs)


# Files that list users.

@place("pgbouncer database", twins=False, kinds=PEOPLE)
def pgbouncer(name, value, rnd):
    text = rnd.choice(["'{}'", "{}"]).format(mark(value))
    return config(rnd, "pgbouncer.ini", f"[databases]\nshop = host=pg port=5432 user={user(rnd)} password={text} dbname=shop\n"
                  "\n[pgbouncer]\nlisten_port = 6432\n")


@place("CSV file with a header", twins=False, kinds=PEOPLE)
def csv(name, value, rnd):
    value = without(value, ",;\"")
    columns, row = rnd.choice([("username,password,role", "{},{},admin"), ("id;login;passwd", "7;{};{}"),
                               ("email,secret", "{}@acme.example,{}")])
    return config(rnd, "users.csv", f"{columns}\n{row.format(user(rnd), mark(value))}\n")


@place("postfix sasl_passwd", twins=False, kinds=PEOPLE)
def postfix(name, value, rnd):
    sender = rnd.choice(["apikey", "relay@acme.example", "shop"])
    return config(rnd, "sasl_passwd", f"[smtp.acme.example]:587 {sender}:{mark(without(value, ':'))}\n")


def no_digest(value):
    """Beside a user's name, hex of a digest's length is taken for one."""
    digest = len(value) in (32, 40, 64) and set(value) <= set("0123456789abcdef")
    return value + "-k" if digest else value


@place("ActiveMQ users.properties", twins=False, kinds=PEOPLE)
def activemq(name, value, rnd):
    return config(rnd, "users.properties", f"# user=password\n{user(rnd)}={mark(no_digest(value))}\n")


@place("RabbitMQ definitions", twins=False, kinds=PEOPLE)
def rabbitmq(name, value, rnd):
    return config(rnd, "definitions.json", "{\"vhosts\": [{\"name\": \"/\"}],\n \"users\": [\n"
                  f"  {{\"name\": \"{user(rnd)}\", \"password\": {quoted(mark(value))}, \"tags\": \"administrator\"}}]}}\n")


@place("Tomcat users", twins=False, kinds=PEOPLE)
def tomcat(name, value, rnd):
    return config(rnd, "tomcat-users.xml", "<tomcat-users>\n  <role rolename=\"manager-gui\"/>\n"
                  f"  <user username=\"{user(rnd)}\" password=\"{mark(value)}\" roles=\"manager-gui\"/>\n</tomcat-users>\n")


@place("users map", twins=False, kinds=PEOPLE)
def users_map(name, value, rnd):
    return config(rnd, "auth.yaml", f"auth:\n  type: basic\n  users:\n    {user(rnd)}: {quoted(mark(no_digest(value)))}\n")


@place("Keycloak realm, credentials", twins=False)
def keycloak(name, value, rnd):
    secret = quoted(mark(value))
    return config(rnd, "realm.json", "{\"realm\": \"shop\", \"enabled\": true,\n" + rnd.choice([
        f"\"users\": [{{\"username\": \"ops\", \"credentials\": [{{\"type\": \"password\", \"value\": {secret}}}]}}]",
        f"\"components\": {{\"ldap\": [{{\"config\": {{\"bindCredential\": [{secret}]}}}}]}}",
        f"\"smtpServer\": {{\"host\": \"smtp\", \"user\": \"kc\", \"password\": {secret}}}"]) + "}\n")


@place("Keycloak realm import, credentials", twins=False, kinds=PEOPLE)
def keycloak_import(name, value, rnd):
    return head("KeycloakRealmImport", "k8s.keycloak.org/v2alpha1", rnd) + (
        "spec:\n  realm:\n    realm: shop\n    users:\n    - username: ops\n      credentials:\n"
        f"      - type: password\n        temporary: false\n        value: {quoted(mark(value))}\n")


@place("ClickHouse users", twins=False, kinds=PEOPLE)
def clickhouse(name, value, rnd):
    return head("ClickHouseInstallation", "clickhouse.altinity.com/v1", rnd) + (
        "spec:\n  configuration:\n    users:\n      app/profile: default\n"
        f"      app/password: {quoted(mark(value))}\n")


# Values that hold user and password.

@place("user and password in an env value", twins=False, kinds=PEOPLE)
def env_login(name, value, rnd):
    return in_env(rnd, *rnd.choice([
        ("BASIC_AUTH", f"admin:{mark(value)}"), ("FLOWER_BASIC_AUTH", f"ops:{mark(value)}"),
        ("NEO4J_AUTH", f"neo4j/{mark(value)}"), ("AUTH_USERS", f"alice:{mark(value)}"),
        ("SFTP_USERS", f"backup:{mark(without(value, ':'))}:1001:100:upload")]))


@place("user and password in an argument", twins=False, kinds=PEOPLE)
def argument(name, value, rnd):
    option = rnd.choice(["--basic-auth", "--auth", "--creds", "--web.basic-auth"])
    return workload("Deployment", rnd, container(rnd, args(
        "serve", quoted(f"{option}={user(rnd)}:{mark(value)}"), "--port=8080")))


@place("schema registry login", "dotted", twins=False, kinds=PEOPLE)
def registry(name, value, rnd):
    return config(rnd, "client.properties", "security.protocol=SASL_SSL\nbasic.auth.credentials.source=USER_INFO\n"
                  f"{rnd.choice(['schema.registry.', ''])}basic.auth.user.info={user(rnd)}:{mark(value)}\n")


@place("squid peer login", twins=False, kinds=PEOPLE)
def squid(name, value, rnd):
    return config(rnd, "squid.conf", "http_port 3128\ncache_peer proxy.acme.example parent 3128 0 no-query default "
                  f"login={user(rnd)}:{mark(value)}\nnever_direct allow all\n")


@place(".curlrc", twins=False, kinds=PEOPLE)
def curlrc(name, value, rnd):
    option = rnd.choice(["user", "proxy-user", "--user"])
    return config(rnd, ".curlrc", f"silent\n{option} = \"{user(rnd)}:{mark(value)}\"\nretry = 3\n")


@place("TURN server user", twins=False, kinds=PEOPLE)
def turn(name, value, rnd):
    return config(rnd, "turnserver.conf", f"listening-port=3478\nlt-cred-mech\nuser={user(rnd)}:{mark(value)}\n")


# Machines that are set up with a password.

def cloud_init(rnd, text):
    return head("VirtualMachine", "kubevirt.io/v1", rnd) + (
        "spec:\n  template:\n    spec:\n      volumes:\n      - name: init\n        cloudInitNoCloud:\n"
        "          userData: |\n            #cloud-config\n            hostname: vm-7\n" + block(text, 12) + "\n")


@place("cloud-init chpasswd", twins=False, kinds=PEOPLE)
def chpasswd(name, value, rnd):
    return cloud_init(rnd, "chpasswd:\n  expire: false\n" + rnd.choice([
        f"  list: |\n    ops:{mark(value)}\n", f"  list:\n  - {quoted('root:' + mark(value))}\n",
        f"  users:\n  - name: root\n    password: {quoted(mark(value))}\n    type: text\n"]))


@place("cloud-init runcmd", twins=False, kinds=PEOPLE)
def runcmd(name, value, rnd):
    command = rnd.choice([f"echo 'ubuntu:{mark(value)}' | chpasswd", f"echo 'root:{mark(value)}' | chpasswd -c SHA512",
                          f"mysqladmin -u root password '{mark(value)}'"])
    return cloud_init(rnd, f"runcmd:\n- systemctl restart sshd\n- {quoted(command)}\n")


@place("cloud-init user", twins=False, kinds=PEOPLE)
def plain_passwd(name, value, rnd):
    return cloud_init(rnd, f"users:\n- name: {user(rnd)}\n  lock_passwd: false\n  plain_text_passwd: {quoted(mark(value))}\n")
