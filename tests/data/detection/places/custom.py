"""Fields of custom resources whose controllers take a literal credential."""

from detection.marks import block, mark, quoted
from detection.places import PEOPLE, TOLD, place
from detection.places.pods import head


@place("field of a custom resource", "camel")
def field(name, value, rnd):
    return head("PaymentGateway", "acme.example/v1", rnd) + (
        f"spec:\n  endpoint: https://pay.acme.example\n  {name}: {quoted(mark(value))}\n  retries: 3\n")


@place("nested field of a custom resource", "camel")
def nested(name, value, rnd):
    return head("Database", "acme.example/v1", rnd) + (
        f"spec:\n  backends:\n  - name: main\n    auth:\n      username: app\n      {name}: {quoted(mark(value))}\n")


@place("Grafana datasource secureJsonData", twins=False)
def grafana(name, value, rnd):
    key = rnd.choice(["password", "basicAuthPassword", "secretKey", "accessToken", "httpHeaderValue1"])
    return head("GrafanaDatasource", "grafana.integreatly.org/v1beta1", rnd) + (
        "spec:\n  datasource:\n    name: prom\n    type: prometheus\n    jsonData: {timeInterval: 5s}\n"
        f"    secureJsonData:\n      {key}: {quoted(mark(value))}\n")


@place("Grafana datasource file", twins=False)
def grafana_file(name, value, rnd):
    return head("ConfigMap", "v1", rnd) + "data:\n  datasources.yaml: |\n" + block(
        "apiVersion: 1\ndatasources:\n- name: pg\n  type: postgres\n  user: grafana\n  secureJsonData:\n"
        f"    password: {quoted(mark(value))}\n", 4) + "\n"


@place("Prometheus remoteWrite basicAuth", twins=False)
def remote_write(name, value, rnd):
    return head("VMAgent", "operator.victoriametrics.com/v1beta1", rnd) + (
        "spec:\n  remoteWrite:\n  - url: https://metrics.acme.example/write\n    basicAuth:\n"
        f"      username: agent\n      password: {quoted(mark(value))}\n")


@place("KafkaConnector config", "dotted")
def connector(name, value, rnd):
    return head("KafkaConnector", "kafka.strimzi.io/v1beta2", rnd) + (
        "spec:\n  class: io.debezium.connector.postgresql.PostgresConnector\n  config:\n    database.hostname: db\n"
        f"    database.user: app\n    {name}: {quoted(mark(value))}\n")


@place("Kafka sasl.jaas.config", twins=False)
def sasl(name, value, rnd):
    text = ("org.apache.kafka.common.security.scram.ScramLoginModule required username=\\\"app\\\" "
            f"password=\\\"{mark(value)}\\\";")
    return head("KafkaConnector", "kafka.strimzi.io/v1beta2", rnd) + f"spec:\n  config:\n    sasl.jaas.config: \"{text}\"\n"


@place("cert-manager webhook config", "camel")
def cert_manager(name, value, rnd):
    return head("ClusterIssuer", "cert-manager.io/v1", rnd) + (
        "spec:\n  acme:\n    email: ops@acme.example\n    server: https://acme.example/directory\n    solvers:\n"
        f"    - dns01:\n        webhook:\n          groupName: acme.example\n          config:\n            {name}: {quoted(mark(value))}\n")


@place("Crossplane forProvider", "camel")
def crossplane(name, value, rnd):
    return head("Instance", "rds.aws.upbound.io/v1beta1", rnd) + (
        f"spec:\n  forProvider:\n    region: eu-central-1\n    username: app\n    {name}: {quoted(mark(value))}\n")


@place("Istio header to set", "header", twins=False)
def istio(name, value, rnd):
    return head("VirtualService", "networking.istio.io/v1", rnd) + (
        "spec:\n  hosts: [api.acme.example]\n  http:\n  - headers:\n      request:\n        set:\n"
        f"          x-api-key: {quoted(mark(value))}\n    route: []\n")


@place("RabbitMQ additionalConfig", twins=False)
def rabbit(name, value, rnd):
    return head("RabbitmqCluster", "rabbitmq.com/v1beta1", rnd) + (
        "spec:\n  rabbitmq:\n    additionalConfig: |\n      log.console.level = info\n"
        f"      default_pass = {mark(value)}\n")


@place("Kong plugin config", "snake")
def kong(name, value, rnd):
    return head("KongPlugin", "configuration.konghq.com/v1", rnd) + (
        f"plugin: openid-connect\nconfig:\n  issuer: https://id.acme.example\n  client_id: web\n  {name}: {quoted(mark(value))}\n")


@place("Traefik middleware headers", "header", twins=False)
def traefik(name, value, rnd):
    return head("Middleware", "traefik.io/v1alpha1", rnd) + (
        f"spec:\n  headers:\n    customRequestHeaders:\n      X-Api-Key: {quoted(mark(value))}\n")


@place("Elasticsearch node config", "dotted")
def elastic(name, value, rnd):
    return head("Elasticsearch", "elasticsearch.k8s.elastic.co/v1", rnd) + (
        f"spec:\n  nodeSets:\n  - name: default\n    config:\n      node.store.allow_mmap: false\n      xpack.{name}: {quoted(mark(value))}\n")


@place("Flink configuration", "dotted")
def flink(name, value, rnd):
    return head("FlinkDeployment", "flink.apache.org/v1beta1", rnd) + (
        f"spec:\n  flinkConfiguration:\n    taskmanager.numberOfTaskSlots: \"2\"\n    s3.{name}: {quoted(mark(value))}\n")


@place("Dex static client", twins=False)
def dex(name, value, rnd):
    return head("ConfigMap", "v1", rnd) + "data:\n  config.yaml: |\n" + block(
        "issuer: https://dex.acme.example\nstaticClients:\n- id: web\n  name: Web\n"
        f"  secret: {quoted(mark(value))}\n  redirectURIs: [https://web.acme.example/callback]\n", 4) + "\n"


@place("Keycloak realm import", twins=False)
def keycloak(name, value, rnd):
    return head("KeycloakRealmImport", "k8s.keycloak.org/v2alpha1", rnd) + (
        "spec:\n  realm:\n    realm: shop\n    clients:\n    - clientId: web\n"
        f"      secret: {quoted(mark(value))}\n      publicClient: false\n")


@place("Alertmanager PagerDuty key", twins=False)
def pagerduty(name, value, rnd):
    return head("ConfigMap", "v1", rnd) + "data:\n  alertmanager.yml: |\n" + block(
        "receivers:\n- name: oncall\n  pagerduty_configs:\n"
        f"  - service_key: {quoted(mark(value))}\n", 4) + "\n"


@place("BackendConfig of a template object", "camel")
def object_template(name, value, rnd):
    return head("Composition", "apiextensions.crossplane.io/v1", rnd) + (
        "spec:\n  resources:\n  - name: db\n    base:\n      kind: Database\n      spec:\n"
        f"        {name}: {quoted(mark(value))}\n")


@place("wrapped value of a custom resource", "camel")
def wrapped(name, value, rnd):
    member = rnd.choice(["value", "inlineString", "plaintext", "literal"])
    wrapping = rnd.choice(["\n      {}: {}", " {{{}: {}}}"]).format(member, quoted(mark(value)))
    return head("Output", "logging.banzaicloud.io/v1beta1", rnd) + (
        f"spec:\n  elasticsearch:\n    host: es\n    user: app\n    {name}:{wrapping}\n")


@place("Envoy inline_string", twins=False)
def envoy(name, value, rnd):
    key = rnd.choice(["token_secret", "hmac_secret", "generic_secret", "client_secret"])
    return head("ConfigMap", "v1", rnd) + "data:\n  envoy.yaml: |\n" + block(
        "admin: {access_log_path: /dev/null}\nfilters:\n- name: envoy.filters.http.oauth2\n  credentials:\n"
        f"    {key}:\n      inline_string: {quoted(mark(value))}\n", 4) + "\n"


@place("Istio header to match", twins=False, kinds=TOLD)
def istio_match(name, value, rnd):
    header = rnd.choice(["x-auth-token", "x-api-key", "x-admin-token"])
    return head("VirtualService", "networking.istio.io/v1", rnd) + (
        "spec:\n  hosts: [api.acme.example]\n  http:\n  - match:\n    - headers:\n"
        f"        {header}:\n          exact: {quoted(mark(value))}\n    route: []\n")


@place("External Secrets fake provider", "kebab")
def fake_provider(name, value, rnd):
    key = rnd.choice([name, f"/shop/{name}", f"prod/{name}"])
    return head("ClusterSecretStore", "external-secrets.io/v1", rnd) + (
        f"spec:\n  provider:\n    fake:\n      data:\n      - key: {key}\n        value: {quoted(mark(value))}\n")


@place("ServiceMonitor parameter", twins=False, kinds=TOLD)
def monitor(name, value, rnd):
    values = rnd.choice([" [{}]", "\n      - {}"]).format(quoted(mark(value)))
    return head("ServiceMonitor", "monitoring.coreos.com/v1", rnd) + (
        f"spec:\n  selector: {{}}\n  endpoints:\n  - port: http\n    params:\n      {rnd.choice(['token', 'api_key'])}:{values}\n")


@place("mount options of a volume", twins=False, kinds=PEOPLE)
def mount_options(name, value, rnd):
    text = mark(value.replace(",", ""))
    options = rnd.choice([f"[vers=3.0, username=svc, {quoted('password=' + text)}]",
                          f"[{quoted(f'username=svc,password={text},dir_mode=0777')}]"])
    return head("PersistentVolume", "v1", rnd) + (
        f"spec:\n  capacity: {{storage: 1Gi}}\n  accessModes: [ReadWriteMany]\n  mountOptions: {options}\n"
        "  csi: {driver: smb.csi.k8s.io, volumeHandle: share}\n")


@place("parameter of an OpenShift template")
def openshift(name, value, rnd):
    return ("apiVersion: template.openshift.io/v1\nkind: Template\nmetadata: {name: app}\nobjects: []\nparameters:\n"
            f"- name: MEMORY\n  value: 512Mi\n- name: {name}\n  displayName: Of the backend\n  value: {quoted(mark(value))}\n")
