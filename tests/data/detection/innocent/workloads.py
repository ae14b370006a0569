"""Workloads whose environments talk of credentials without holding any."""

from detection import words
from detection.innocent import kind
from detection.innocent.parts import digest, image, meta, name, version
from detection.marks import block
from detection.samples import make

ENTRIES = [
    "- name: {N}_PASSWORD\n  valueFrom:\n    secretKeyRef:\n      name: {n}-credentials\n      key: password\n",
    "- name: {N}_API_KEY\n  valueFrom:\n    secretKeyRef: {{name: {n}-api, key: api-key}}\n",
    "- name: {N}_PASSWORD_FILE\n  value: /run/secrets/{n}/password\n",
    "- name: DATABASE_URL\n  value: postgres://$(DB_USER):$(DB_PASSWORD)@{n}:5432/app\n",
    "- name: JWT_EXPIRATION\n  value: \"3600\"\n",
    "- name: TOKEN_REFRESH_INTERVAL\n  value: 5m\n",
    "- name: MAX_TOKENS\n  value: \"4096\"\n",
    "- name: OAUTH_CLIENT_ID\n  value: {uuid}\n",
    "- name: KEYCLOAK_URL\n  value: https://id.acme.example/realms/shop\n",
    "- name: OIDC_ISSUER\n  value: https://login.acme.example/{uuid}/v2.0\n",
    "- name: AWS_SECRET_NAME\n  value: prod/{n}/db\n",
    "- name: AWS_WEB_IDENTITY_TOKEN_FILE\n  value: /var/run/secrets/eks.amazonaws.com/serviceaccount/token\n",
    "- name: GIT_COMMIT\n  value: {sha}\n",
    "- name: BUILD_ID\n  value: \"{build}\"\n",
    "- name: CONFIG_HASH\n  value: {digest}\n",
    "- name: S3_BUCKET\n  value: acme-{n}-backups\n",
    "- name: CACHE_KEY_PREFIX\n  value: {n}-v2\n",
    "- name: KAFKA_SASL_MECHANISM\n  value: SCRAM-SHA-512\n",
    "- name: KAFKA_SECURITY_PROTOCOL\n  value: SASL_SSL\n",
    "- name: SSL_KEYSTORE_LOCATION\n  value: /etc/kafka/secrets/keystore.jks\n",
    "- name: SESSION_COOKIE_NAME\n  value: __Host-{n}\n",
    "- name: AUTH_ENABLED\n  value: \"true\"\n",
    "- name: ALLOW_EMPTY_PASSWORD\n  value: \"yes\"\n",
    "- name: PASSWORD_ENCODER\n  value: org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder\n",
    "- name: CREDENTIALS_PROVIDER\n  value: com.amazonaws.auth.WebIdentityTokenCredentialsProvider\n",
    "- name: SECRET_STORE\n  value: aws-secrets-manager\n",
    "- name: VAULT_ADDR\n  value: https://vault.security.svc:8200\n",
    "- name: VAULT_ROLE\n  value: {n}\n",
    "- name: JAVA_OPTS\n  value: -Xmx1g -Djavax.net.ssl.trustStore=/etc/ssl/trust.jks\n",
    "- name: OTEL_EXPORTER_OTLP_ENDPOINT\n  value: http://otel-collector.observability:4317\n",
    "- name: LOG_LEVEL\n  value: info\n",
    "- name: NODE_ENV\n  value: production\n",
    "- name: POD_NAME\n  valueFrom: {{fieldRef: {{fieldPath: metadata.name}}}}\n",
    "- name: GOMEMLIMIT\n  valueFrom:\n    resourceFieldRef: {{resource: limits.memory}}\n",
    "- name: ENCRYPTION_KEY_ID\n  value: alias/{n}-prod\n",
    "- name: KMS_KEY_ARN\n  value: arn:aws:kms:eu-west-1:{account}:key/{uuid}\n",
    "- name: SENTRY_ENVIRONMENT\n  value: production\n",
    "- name: FEATURE_FLAGS\n  value: new-checkout,token-v2,secret-scanning\n",
    "- name: PUBLIC_KEY_URL\n  value: https://id.acme.example/.well-known/jwks.json\n",
    "- name: TLS_MIN_VERSION\n  value: VersionTLS12\n",
    "- name: TLS_CIPHERS\n  value: TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384\n",
]


def entries(rnd, most=9):
    out = ""
    for entry in rnd.sample(ENTRIES, rnd.randrange(1, most)):
        n = name(rnd)
        out += entry.format(n=n, N=n.replace("-", "_").upper(), uuid=make("{uuid}", rnd),
                            sha=make("{hex:40}", rnd), build=make("{digit:9}", rnd), digest=digest(rnd),
                            account=make("{digit:12}", rnd))
    return out


def container(rnd):
    text = f"- name: {rnd.choice(words.APPS)}\n  image: {image(rnd)}\n  imagePullPolicy: IfNotPresent\n"
    if rnd.random() < 0.5:
        text += ("  args:\n  - --config=/etc/app/config.yaml\n  - --token-ttl=24h\n  - --tls-private-key-file=/tls/tls.key\n"
                 f"  - --secret-name={name(rnd)}-tls\n  - --leader-elect\n")
    if rnd.random() < 0.3:
        text += ("  command: [\"/bin/sh\", \"-c\"]\n  args:\n  - |\n    export TOKEN=$(cat /var/run/secrets/token)\n"
                 "    curl -H \"Authorization: Bearer ${TOKEN}\" https://api.acme.example/health\n"
                 "    mysql -u root -p\"${MYSQL_ROOT_PASSWORD}\" -e 'SELECT 1'\n")
    text += "  env:\n" + block(entries(rnd), 2) + "\n"
    if rnd.random() < 0.4:
        text += "  envFrom:\n  - configMapRef: {name: common}\n"
    text += ("  volumeMounts:\n  - {name: credentials, mountPath: /run/secrets, readOnly: true}\n"
             "  - name: api-token\n    mountPath: /var/run/secrets/tokens\n")
    if rnd.random() < 0.6:
        text += ("  livenessProbe:\n    httpGet:\n      path: /healthz\n      port: http\n      httpHeaders:\n"
                 f"      - name: X-Request-Id\n        value: {make('{uuid}', rnd)}\n")
    return text + f"  resources:\n    requests: {{cpu: {rnd.randrange(1, 20)}0m, memory: {2 ** rnd.randrange(5, 11)}Mi}}\n"


def pod(rnd):
    text = "serviceAccountName: " + name(rnd) + "\ncontainers:\n" + container(rnd)
    if rnd.random() < 0.3:
        text += "initContainers:\n" + container(rnd)
    return text + ("imagePullSecrets:\n- name: registry-credentials\nvolumes:\n- name: credentials\n  secret:\n"
                   f"    secretName: {name(rnd)}-secret\n    items:\n    - key: password\n      path: password\n"
                   "- name: api-token\n  projected:\n    sources:\n    - serviceAccountToken: "
                   "{audience: vault, expirationSeconds: 3600, path: token}\n")


def templated(api, what, spec=""):
    def render(rnd):
        template = (f"template:\n  metadata:\n    labels: {{app: {name(rnd)}}}\n    annotations:\n"
                    f"      checksum/config: {digest(rnd)}\n      checksum/secret: {digest(rnd)}\n"
                    "      prometheus.io/scrape: \"true\"\n  spec:\n" + block(pod(rnd), 4))
        return meta(rnd, what, api) + "spec:\n" + spec + block(template, 2) + "\n"
    return render


for _what, _spec in (("Deployment", "  replicas: 3\n"), ("StatefulSet", "  serviceName: db\n"), ("DaemonSet", ""),
                     ("Job", "  backoffLimit: 3\n")):
    kind(_what, 2)(templated("batch/v1" if _what == "Job" else "apps/v1", _what, _spec))


@kind("CronJob")
def cron_job(rnd):
    return meta(rnd, "CronJob", "batch/v1") + (
        f"spec:\n  schedule: \"{rnd.randrange(60)} {rnd.randrange(24)} * * *\"\n  jobTemplate:\n    spec:\n      template:\n"
        "        spec:\n") + block(pod(rnd), 10) + "\n          restartPolicy: Never\n"


@kind("Pod")
def bare_pod(rnd):
    return meta(rnd, "Pod", "v1") + "spec:\n" + block(pod(rnd), 2) + "\n"


@kind("Pod of a cluster")
def live_pod(rnd):
    """As `kubectl get -o yaml` prints it."""
    extra = (f"  uid: {make('{uuid}', rnd)}\n  resourceVersion: \"{make('{digit:8}', rnd)}\"\n"
             f"  generateName: api-{make('{hex:9}', rnd)}-\n  ownerReferences:\n  - apiVersion: apps/v1\n"
             f"    kind: ReplicaSet\n    name: api-{make('{hex:9}', rnd)}\n    uid: {make('{uuid}', rnd)}\n")
    return meta(rnd, "Pod", "v1", extra) + "spec:\n" + block(pod(rnd), 2) + (
        "\nstatus:\n  phase: Running\n  containerStatuses:\n  - name: api\n"
        f"    containerID: containerd://{digest(rnd)}\n    imageID: registry.acme.example/api@sha256:{digest(rnd)}\n")


@kind("HorizontalPodAutoscaler")
def autoscaler(rnd):
    return meta(rnd, "HorizontalPodAutoscaler", "autoscaling/v2") + (
        f"spec:\n  minReplicas: {rnd.randrange(1, 4)}\n  maxReplicas: {rnd.randrange(4, 30)}\n  scaleTargetRef:\n"
        f"    apiVersion: apps/v1\n    kind: Deployment\n    name: {name(rnd)}\n  metrics:\n  - type: External\n"
        "    external:\n      metric:\n        name: tokens_processed_per_second\n      target: {type: Value, value: 10k}\n")


@kind("PersistentVolumeClaim")
def claim(rnd):
    return meta(rnd, "PersistentVolumeClaim", "v1") + (
        f"spec:\n  accessModes: [ReadWriteOnce]\n  storageClassName: ssd\n  volumeName: pvc-{make('{uuid}', rnd)}\n"
        f"  resources:\n    requests:\n      storage: {rnd.randrange(1, 500)}Gi\n")


@kind("Node")
def node(rnd):
    return meta(rnd, "Node", "v1", f"  annotations:\n    kubeadm.alpha.kubernetes.io/cri-socket: unix:///run/containerd.sock\n"
                f"    flannel.alpha.coreos.com/backend-data: '{{\"VNI\":1,\"VtepMAC\":\"{make('{hex:2}:{hex:2}:{hex:2}', rnd)}:aa:bb:cc\"}}'\n",
                False) + (f"status:\n  nodeInfo:\n    machineID: {make('{hex:32}', rnd)}\n    systemUUID: {make('{uuid}', rnd)}\n"
                          f"    kubeletVersion: v{version(rnd)}\n  images:\n  - names: [\"{image(rnd)}\"]\n    sizeBytes: 12345678\n")
