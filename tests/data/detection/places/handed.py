"""Commands that reach their program through another one: ssh, docker exec, kubectl, here-strings, scripts in scripts."""

from detection.marks import mark, quoted
from detection.places import PEOPLE, place
from detection.places.commands import shell
from detection.places.pods import container, workload


def lines(rnd, *commands, kind="Job"):
    """A script in a literal scalar."""
    return workload(kind, rnd, container(
        rnd, "command:\n- bash\n- -c\n- |\n  set -eu\n" + "".join(f"  {command}\n" for command in commands)))


@place("command over ssh")
def ssh(name, value, rnd):
    login = rnd.choice(["deploy@10.20.4.7", "-o BatchMode=yes ops@bastion.acme.example", "-p 2222 app@nas"])
    return lines(rnd, f"ssh {login} \"export {name}='{mark(value)}'; ./deploy.sh\"")


@place("command of another user")
def su(name, value, rnd):
    program = rnd.choice(["su app -c", "sudo -u app bash -c", "chroot /host sh -c", "nsenter -t 1 -m sh -c"])
    return lines(rnd, f"{program} \"{name}='{mark(value)}' /opt/app/start --once\"")


@place("variable for docker exec")
def docker_variable(name, value, rnd):
    program = rnd.choice(["docker exec -e", "docker run --rm -e", "podman run --env", "docker exec -i --env"])
    return lines(rnd, f"{program} {name}='{mark(value)}' app ./migrate up")


@place("variable set with kubectl")
def kubectl_variable(name, value, rnd):
    return shell(rnd, rnd.choice([f"kubectl set env deployment/app {name}='{mark(value)}'",
                                  f"kubectl run probe --image=acme/cli:1 --env={name}='{mark(value)}'",
                                  f"kubectl run probe --image=acme/cli:1 --env \"{name}={mark(value)}\""]), "CronJob")


@place("client in a container or over ssh", twins=False, kinds=PEOPLE)
def client(name, value, rnd):
    opening, closing = rnd.choice([("docker exec db ", ""), ("kubectl exec -n db db-0 -- ", " > /tmp/state"),
                                   ("docker compose exec -T db ", ""), ("ssh backup@10.20.4.7 \"", "\" > /backup/shop")])
    return lines(rnd, opening + rnd.choice([
        f"mysqldump -uroot -p'{mark(value)}' shop", f"mysqladmin --password='{mark(value)}' ping",
        f"redis-cli -a '{mark(value)}' ping", f"env PGPASSWORD='{mark(value)}' pg_dump -U app shop",
        f"mongodump -u root -p '{mark(value)}' --archive"]) + closing)


@place("here-string", twins=False, kinds=PEOPLE)
def here_string(name, value, rnd):
    return lines(rnd, rnd.choice(["docker login -u robot --password-stdin ghcr.io", "sudo -S systemctl restart app",
                                  "cryptsetup luksOpen /dev/sdb data", "gpg --batch --passphrase-fd 0 -d backup.gpg",
                                  "passwd --stdin ops"]) + f" <<< '{mark(value)}'")


@place("login of Oracle's tools", twins=False, kinds=PEOPLE)
def oracle(name, value, rnd):
    text = f"app/{mark(value.replace('/', '').replace('@', ''))}@"
    return lines(rnd, rnd.choice([f"sqlplus -s '{text}//ora:1521/XE' @report.sql", f"expdp '{text}ORCL' full=y",
                                  f"sqlldr userid='{text}ORCL' control=load.ctl", f"rman target '{text}ORCL'"]))


@place("password of a remote copy", twins=False, kinds=PEOPLE)
def remote_copy(name, value, rnd):
    return lines(rnd, rnd.choice([f"sshpass -p '{mark(value)}' scp /data/x backup@nas:/vol",
                                  f"lftp -u 'backup,{mark(value.replace(',', ''))}' ftp.acme.example -e 'mirror; quit'",
                                  f"smbclient //nas/share -U 'backup%{mark(value)}' -c ls",
                                  f"openssl enc -aes-256-cbc -pass 'pass:{mark(value)}' -in a -out b"]))


@place("secret made with kubectl or helm", twins=False)
def made(name, value, rnd):
    return lines(rnd, rnd.choice([
        f"kubectl create secret generic db --from-literal=password='{mark(value)}'",
        f"helm upgrade pg acme/postgresql --set auth.username=app,auth.password='{mark(value)}',replicas=2",
        f"terraform apply -auto-approve -var 'db_password={mark(value)}'"]))


@place("here-document", "snake")
def here_document(name, value, rnd):
    return lines(rnd, "cat > /etc/app/app.conf <<EOF", "[backend]", "host = db.prod.svc", f"{name} = {mark(value)}", "EOF",
                 "exec /app/server")


@place("program text as an argument", "snake")
def program_text(name, value, rnd):
    return workload("Job", rnd, container(
        rnd, "command:\n- python\n- -c\n- |\n  import requests\n"
        f"  {name} = {quoted(mark(value))}\n  requests.get('https://api.acme.example', timeout=5)\n"))
