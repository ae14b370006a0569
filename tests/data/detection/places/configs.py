"""Files in ConfigMaps: the configuration formats of servers and frameworks."""

import json

from detection.marks import block, mark, one_line, quoted
from detection.places import TOLD, place
from detection.places.pods import head


def config(rnd, file, text):
    other = rnd.choice(["", "  mode: fast\n", "  LOG_LEVEL: debug\n  TZ: UTC\n"])
    return head("ConfigMap", "v1", rnd) + f"data:\n{other}  {file}: |\n{block(text, 4)}\n"


@place("ConfigMap entry")
def flat(name, value, rnd):
    return head("ConfigMap", "v1", rnd) + f"data:\n  LOG_LEVEL: info\n  {name}: {quoted(mark(value))}\n  TZ: UTC\n"


@place("ConfigMap entry, kebab case", "kebab")
def flat_kebab(name, value, rnd):
    return head("ConfigMap", "v1", rnd) + f"data:\n  {name}: {quoted(mark(value))}\n"


@place("ConfigMap .env file")
def dotenv(name, value, rnd):
    return config(rnd, ".env", f"# production\nPORT=8080\n{name}={mark(value)}\nDEBUG=false\n")


@place("ConfigMap .env file with quotes")
def dotenv_quoted(name, value, rnd):
    return config(rnd, "app.env", f"PORT=8080\nexport {name}=\"{mark(value)}\"\n")


@place("ConfigMap properties file", "dotted")
def properties(name, value, rnd):
    sign = rnd.choice(["=", " = ", ": "])
    return config(rnd, "application.properties",
                  f"server.port=8080\n{name}{sign}{mark(value)}\nlogging.level.root=INFO\n")


@place("ConfigMap INI file", "snake")
def ini(name, value, rnd):
    return config(rnd, "app.ini", f"[server]\nport = 3000\n\n[auth]\n{name} = {mark(value)}\nenabled = true\n")


@place("ConfigMap TOML file", "snake")
def toml(name, value, rnd):
    return config(rnd, "config.toml",
                  f"title = \"app\"\n\n[backend]\nhost = \"db.prod.svc\"\n{name} = {quoted(mark(value))}\n")


@place("ConfigMap nested YAML file", "snake")
def nested_yaml(name, value, rnd):
    return config(rnd, "config.yaml",
                  f"server:\n  port: 8080\nbackend:\n  host: db.prod.svc\n  {name}: {quoted(mark(value))}\n")


@place("ConfigMap Spring YAML file", twins=False)
def spring(name, value, rnd):
    return config(rnd, "application.yml", "spring:\n  datasource:\n    url: jdbc:postgresql://db/app\n"
                  f"    username: app\n    password: {quoted(mark(value))}\n  jpa:\n    open-in-view: false\n")


@place("ConfigMap JSON file", "camel")
def json_file(name, value, rnd):
    thing = {"server": {"port": 8080}, "backend": {"url": "https://api.acme.example", name: mark(value)}}
    return config(rnd, "config.json", json.dumps(thing, indent=2, ensure_ascii=False))


@place("ConfigMap JSON on one line", "camel")
def json_line(name, value, rnd):
    thing = {"retries": 3, name: mark(value), "debug": False}
    return head("ConfigMap", "v1", rnd) + f"data:\n  settings.json: '{one_line(thing)}'\n"


@place("ConfigMap XML element", "camel")
def xml_element(name, value, rnd):
    return config(rnd, "settings.xml",
                  f"<settings>\n  <port>8080</port>\n  <{name}>{mark(value)}</{name}>\n</settings>\n")


@place("ConfigMap XML attribute", "camel")
def xml_attribute(name, value, rnd):
    return config(rnd, "context.xml", "<Context>\n  <Resource name=\"jdbc/app\" type=\"javax.sql.DataSource\" "
                  f"username=\"app\" {name}=\"{mark(value)}\"/>\n</Context>\n")


@place("ConfigMap Hadoop XML", "dotted")
def hadoop(name, value, rnd):
    return config(rnd, "core-site.xml", "<configuration>\n  <property>\n"
                  f"    <name>fs.{name}</name>\n    <value>{mark(value)}</value>\n  </property>\n</configuration>\n")


@place("ConfigMap XML property", "camel")
def xml_property(name, value, rnd):
    return config(rnd, "beans.xml", f"<bean id=\"db\">\n  <property name=\"{name}\" value=\"{mark(value)}\"/>\n</bean>\n")


@place("nginx proxy_set_header", "header", twins=False)
def nginx(name, value, rnd):
    header = rnd.choice(["X-Api-Key", "X-Auth-Token", "Authorization"])
    text = f"Bearer {mark(value)}" if header == "Authorization" else mark(value)
    return config(rnd, "default.conf", "server {\n  listen 80;\n  location / {\n    proxy_pass http://api:8080;\n"
                  f"    proxy_set_header {header} \"{text}\";\n  }}\n}}\n")


@place("haproxy userlist", twins=False)
def haproxy(name, value, rnd):
    return config(rnd, "haproxy.cfg", f"userlist ops\n  user admin insecure-password {mark(value)}\n"
                  "frontend http\n  bind :80\n")


@place("haproxy stats auth", twins=False)
def haproxy_stats(name, value, rnd):
    return config(rnd, "haproxy.cfg", f"listen stats\n  bind :8404\n  stats enable\n  stats auth admin:{mark(value)}\n")


@place("Prometheus basic_auth", twins=False)
def prometheus(name, value, rnd):
    return config(rnd, "prometheus.yml", "scrape_configs:\n- job_name: api\n  basic_auth:\n    username: scrape\n"
                  f"    password: {quoted(mark(value))}\n  static_configs:\n  - targets: [api:9090]\n")


@place("Prometheus authorization credentials", twins=False)
def prometheus_bearer(name, value, rnd):
    return config(rnd, "prometheus.yml", "scrape_configs:\n- job_name: api\n  authorization:\n    type: Bearer\n"
                  f"    credentials: {quoted(mark(value))}\n")


@place("Alertmanager smtp_auth_password", twins=False)
def alertmanager(name, value, rnd):
    return config(rnd, "alertmanager.yml", "global:\n  smtp_from: ops@acme.example\n  smtp_auth_username: ops\n"
                  f"  smtp_auth_password: {quoted(mark(value))}\nroute:\n  receiver: mail\n")


@place("fluentd match", twins=False)
def fluentd(name, value, rnd):
    return config(rnd, "fluent.conf", "<match **>\n  @type elasticsearch\n  host es.logging.svc\n  user fluent\n"
                  f"  password {mark(value)}\n</match>\n")


@place("fluent-bit output", twins=False)
def fluent_bit(name, value, rnd):
    return config(rnd, "fluent-bit.conf", "[OUTPUT]\n    Name es\n    Host es.logging.svc\n    HTTP_User fluent\n"
                  f"    HTTP_Passwd {mark(value)}\n    tls On\n")


@place("logstash output", twins=False)
def logstash(name, value, rnd):
    return config(rnd, "logstash.conf", "output {\n  elasticsearch {\n    hosts => [\"es:9200\"]\n"
                  f"    user => \"logstash\"\n    password => \"{mark(value)}\"\n  }}\n}}\n")


@place("log4j appender", twins=False)
def log4j(name, value, rnd):
    return config(rnd, "log4j2.xml", "<Configuration>\n <Appenders>\n  <JDBC name=\"audit\">\n"
                  f"   <DriverManager connectionString=\"jdbc:postgresql://db/a\" userName=\"a\" password=\"{mark(value)}\"/>\n"
                  "  </JDBC>\n </Appenders>\n</Configuration>\n")


@place("redis.conf requirepass", twins=False)
def redis(name, value, rnd):
    return config(rnd, "redis.conf", f"port 6379\nmaxmemory 256mb\nrequirepass {mark(value)}\nappendonly yes\n")


@place("my.cnf client section", twins=False)
def my_cnf(name, value, rnd):
    return config(rnd, "my.cnf", f"[client]\nuser=backup\npassword=\"{mark(value)}\"\nhost=mysql-primary\n")


@place("rabbitmq.conf", twins=False)
def rabbitmq(name, value, rnd):
    return config(rnd, "rabbitmq.conf", f"listeners.tcp.default = 5672\ndefault_user = app\ndefault_pass = {mark(value)}\n")


@place("HCL file", "snake")
def hcl(name, value, rnd):
    return config(rnd, "terraform.tfvars", f"region = \"eu-central-1\"\n{name} = {quoted(mark(value))}\n")


@place("telegraf output", twins=False)
def telegraf(name, value, rnd):
    return config(rnd, "telegraf.conf", "[[outputs.influxdb_v2]]\n  urls = [\"http://influx:8086\"]\n"
                  f"  token = {quoted(mark(value))}\n  organization = \"acme\"\n")


@place("JAAS configuration", twins=False)
def jaas(name, value, rnd):
    return config(rnd, "jaas.conf", "KafkaClient {\n  org.apache.kafka.common.security.plain.PlainLoginModule required\n"
                  f"  username=\"app\"\n  password=\"{mark(value)}\";\n}};\n")


@place("nested list of YAML objects", "snake")
def yaml_list(name, value, rnd):
    return config(rnd, "clients.yaml", f"clients:\n- id: web\n  {name}: {quoted(mark(value))}\n  scopes: [read]\n"
                  "- id: mobile\n  public: true\n")


@place("nginx key that is compared", twins=False, kinds=TOLD)
def nginx_key(name, value, rnd):
    text = f"\"{mark(value)}\""
    return config(rnd, "default.conf", rnd.choice([
        f"map $http_x_api_key $known {{\n  default 0;\n  {text} 1;\n}}\n",
        f"server {{\n  listen 80;\n  if ($http_x_api_key != {text}) {{ return 403; }}\n}}\n",
        f"server {{\n  if ($arg_token != {text}) {{\n    return 401;\n  }}\n}}\n"]))


@place("web.config setting", "camel")
def web_config(name, value, rnd):
    return config(rnd, "web.config", "<configuration><appSettings>\n  <add key=\"Mode\" value=\"fast\" />\n"
                  f"  <add key=\"{name}\" value=\"{mark(value)}\" />\n</appSettings></configuration>\n")


@place("Dockerfile")
def dockerfile(name, value, rnd):
    return config(rnd, "Dockerfile", f"FROM alpine:3.19\n{rnd.choice(['ENV', 'ARG'])} {name}=\"{mark(value)}\"\nCOPY . /app\n")


@place("compose file")
def compose(name, value, rnd):
    return config(rnd, "docker-compose.yml", "services:\n  app:\n    image: acme/app:1\n    environment:\n"
                  f"    - LOG_LEVEL=info\n    - {quoted(f'{name}={mark(value)}')}\n")


@place("systemd unit")
def systemd(name, value, rnd):
    return config(rnd, "app.service", f"[Service]\nExecStart=/app\nEnvironment=\"{name}={mark(value)}\"\nRestart=always\n")


@place("supervisord program")
def supervisord(name, value, rnd):
    return config(rnd, "supervisord.conf", "[program:app]\ncommand=/app\n"
                  f"environment=PORT=\"8080\",{name}=\"{mark(value)}\",LANG=\"C\"\n")
