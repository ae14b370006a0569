"""Connection strings: URLs with a password, JDBC, ADO, ODBC, DSN."""

from urllib.parse import quote

from detection import words
from detection.marks import mark, quoted
from detection.places import PEOPLE, place
from detection.places.configs import config
from detection.places.pods import container, env, workload
from detection.samples import make


def in_env(rnd, name, text):
    return workload("Deployment", rnd, container(rnd, env(rnd, f"- name: {name}\n  value: {quoted(text)}\n")))


def url(scheme, variable):
    def render(name, value, rnd):
        user = rnd.choice(["app", "svc_orders", "admin", "postgres"])
        return in_env(rnd, variable, f"{scheme}://{user}:{mark(quote(value, safe=''))}@{rnd.choice(words.HOSTS)}:5432/app")
    return render


for _scheme, _variable in (("postgres", "DATABASE_URL"), ("postgresql+asyncpg", "SQLALCHEMY_URL"),
                           ("mysql", "DB_URL"), ("amqp", "BROKER_URL"), ("mongodb+srv", "MONGO_URI"),
                           ("https", "PROXY_URL")):
    place(f"{_scheme} URL", twins=False)(url(_scheme, _variable))


@place("redis URL without a user", twins=False)
def redis(name, value, rnd):
    return in_env(rnd, "REDIS_URL", f"redis://:{mark(quote(value, safe=''))}@cache.internal:6379/0")


@place("JDBC URL", twins=False)
def jdbc(name, value, rnd):
    return in_env(rnd, "JDBC_URL", f"jdbc:postgresql://db.prod.svc:5432/app?user=app&password={mark(quote(value, safe=''))}")


@place("JDBC URL of SQL Server", twins=False)
def sqlserver(name, value, rnd):
    value = value.replace(";", "")
    return in_env(rnd, "JDBC_URL", f"jdbc:sqlserver://mssql:1433;databaseName=app;user=sa;password={mark(value)};encrypt=true")


@place("ADO connection string", twins=False)
def ado(name, value, rnd):
    value = value.replace(";", "")
    return in_env(rnd, "ConnectionStrings__Default",
                  f"Server=mssql,1433;Database=app;User Id=sa;Password={mark(value)};TrustServerCertificate=True")


@place("ODBC connection string in a file", twins=False)
def odbc(name, value, rnd):
    value = value.replace(";", "")
    return config(rnd, "odbc.conf", f"dsn = Driver={{PostgreSQL}};Server=db;Uid=app;Pwd={mark(value)};\n")


@place("libpq keywords", twins=False)
def libpq(name, value, rnd):
    return in_env(rnd, "PG_DSN", f"host=db.prod.svc user=app password={mark(value)} dbname=app sslmode=disable")


@place("Go MySQL DSN", twins=False)
def go_mysql(name, value, rnd):
    value = quote(value, safe="")
    return in_env(rnd, "MYSQL_DSN", f"app:{mark(value)}@tcp(mysql-primary:3306)/app?parseTime=true")


@place("URL in a ConfigMap file", "snake", twins=False)
def in_file(name, value, rnd):
    return config(rnd, "database.yml", "production:\n  adapter: postgresql\n"
                  f"  url: postgresql://app:{mark(quote(value, safe=''))}@db.prod.svc/app\n")


@place("URL as an argument", twins=False)
def argument(name, value, rnd):
    return workload("Job", rnd, container(
        rnd, f"args: [\"--dsn=postgres://app:{mark(quote(value, safe=''))}@db:5432/app\", migrate]"))


@place("Go MySQL DSN without a protocol", twins=False, kinds=PEOPLE)
def mysqld_exporter(name, value, rnd):
    user = rnd.choice(["exporter", "root", "app"])
    return in_env(rnd, "DATA_SOURCE_NAME", f"{user}:{mark(quote(value, safe=''))}@({rnd.choice(words.HOSTS)}:3306)/")


@place("JDBC URL of Oracle", twins=False, kinds=PEOPLE)
def oracle(name, value, rnd):
    value = value.replace("/", "").replace("@", "")
    return in_env(rnd, "ORACLE_URL", rnd.choice([f"jdbc:oracle:thin:app/{mark(value)}@//ora:1521/XE",
                                                 f"jdbc:oracle:thin:app/{mark(value)}@ora.prod.svc:1521:ORCL",
                                                 f"app/{mark(value)}@ora:1521/XE"]))


@place("URL of a Telegram bot", twins=False, kinds=("format",))
def telegram(name, value, rnd):
    url = f"https://api.telegram.org/bot{mark(make('{digit:10}:AA{base64url:33}', rnd))}/sendMessage"
    return rnd.choice([lambda: in_env(rnd, "NOTIFY_URL", f"{url}?chat_id=-100{rnd.randrange(10**9)}"),
                       lambda: config(rnd, "notify.sh", f"#!/bin/sh\ncurl -s -X POST {url} -d text=done\n")])()
