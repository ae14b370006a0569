"""Other custom resources: Tekton, Crossplane, KEDA, Kafka, databases, meshes of names and references."""

from detection.innocent import kind
from detection.innocent.parts import image, meta, name
from detection.innocent.workloads import entries
from detection.marks import block
from detection.samples import make


@kind("Tekton Task", 2)
def task(rnd):
    return meta(rnd, "Task", "tekton.dev/v1") + (
        "spec:\n  params:\n  - {name: token-secret, description: Name of the Secret with the token, default: github-token}\n"
        "  - name: api-token-key\n    default: token\n  - {name: revision, default: \"\"}\n  workspaces: [{name: ssh-credentials, optional: true}]\n  steps:\n"
        f"  - name: push\n    image: {image(rnd)}\n    env:\n{block(entries(rnd, 4), 4)}\n    script: |\n      #!/usr/bin/env bash\n      set -eu\n"
        "      TOKEN=$(cat /workspace/token)\n      curl -H \"Authorization: token ${TOKEN}\" -d \"password=${PASSWORD}\" https://api.github.com/repos\n"
        "      git config --global credential.helper 'store --file=/tekton/home/.git-credentials'\n")


@kind("Argo Workflow")
def workflow(rnd):
    return meta(rnd, "Workflow", "argoproj.io/v1alpha1") + (
        "spec:\n  entrypoint: main\n  artifactRepositoryRef: {key: default}\n  arguments:\n    parameters:\n    - {name: secret-name, value: s3-credentials}\n"
        f"    - {{name: run-id, value: \"{make('{uuid}', rnd)}\"}}\n  templates:\n  - name: main\n    inputs:\n      artifacts:\n      - name: data\n        s3:\n          bucket: acme\n"
        "          key: runs/{{workflow.name}}/data.tgz\n          accessKeySecret: {name: s3, key: accesskey}\n          secretKeySecret: {name: s3, key: secretkey}\n"
        "    script:\n      image: python:3.12\n      source: |\n        import os\n        token = os.environ[\"API_TOKEN\"]\n        password = open(\"/run/secrets/password\").read()\n")


@kind("Crossplane")
def crossplane(rnd):
    return meta(rnd, "Instance", "rds.aws.upbound.io/v1beta1") + (
        "spec:\n  forProvider:\n    region: eu-west-1\n    username: app\n    passwordSecretRef: {name: db, namespace: shop, key: password}\n"
        f"    kmsKeyId: arn:aws:kms:eu-west-1:{make('{digit:12}', rnd)}:key/{make('{uuid}', rnd)}\n    autoGeneratePassword: true\n"
        f"  writeConnectionSecretToRef: {{name: {name(rnd)}-conn, namespace: shop}}\n")


@kind("KEDA")
def keda(rnd):
    return meta(rnd, "TriggerAuthentication", "keda.sh/v1alpha1") + (
        "spec:\n  secretTargetRef:\n  - {parameter: password, name: rabbitmq, key: password}\n  - {parameter: connection, name: sb, key: connectionString}\n"
        "  hashiCorpVault:\n    address: https://vault.security.svc:8200\n    authentication: kubernetes\n    role: keda\n"
        "    credential: {serviceAccount: /var/run/secrets/kubernetes.io/serviceaccount/token}\n"
        "    secrets:\n    - {parameter: token, key: token, path: secret/data/keda}\n")


@kind("Kafka")
def kafka(rnd):
    return meta(rnd, rnd.choice(["KafkaUser", "KafkaConnect"]), "kafka.strimzi.io/v1beta2") + (
        "spec:\n  authentication:\n    type: scram-sha-512\n    username: app\n    passwordSecret: {secretName: app, password: password}\n"
        "  tls:\n    trustedCertificates: [{secretName: ca, certificate: ca.crt}]\n  config:\n    group.id: connect\n    config.providers: secrets\n"
        "    config.providers.secrets.class: io.strimzi.kafka.KubernetesSecretConfigProvider\n    key.converter: org.apache.kafka.connect.json.JsonConverter\n"
        "    database.password: ${secrets:shop/db:password}\n    key.converter.schemas.enable: false\n    sasl.mechanism: SCRAM-SHA-512\n")


@kind("PostgreSQL cluster")
def postgres(rnd):
    return meta(rnd, "Cluster", "postgresql.cnpg.io/v1") + (
        "spec:\n  instances: 3\n  bootstrap:\n    initdb: {database: app, owner: app, secret: {name: app-user}}\n  postgresql:\n    parameters:\n"
        "      password_encryption: scram-sha-256\n      max_connections: \"200\"\n      ssl_min_protocol_version: TLSv1.3\n    pg_hba:\n    - hostssl all all 10.0.0.0/8 scram-sha-256\n"
        "  backup:\n    barmanObjectStore:\n      s3Credentials:\n        accessKeyId: {name: s3, key: ACCESS_KEY_ID}\n        secretAccessKey: {name: s3, key: SECRET_ACCESS_KEY}\n"
        "  superuserSecret: {name: superuser}\n  enableSuperuserAccess: false\n")


@kind("Dapr component")
def dapr(rnd):
    return meta(rnd, "Component", "dapr.io/v1alpha1") + (
        "spec:\n  type: pubsub.kafka\n  version: v1\n  metadata:\n  - {name: brokers, value: kafka:9092}\n  - name: authType\n    value: password\n"
        "  - name: saslPassword\n    secretKeyRef: {name: kafka, key: password}\n  - {name: consumerGroup, value: token-refresh}\nauth: {secretStore: kubernetes}\n")


@kind("Elasticsearch")
def elastic(rnd):
    return meta(rnd, "Kibana", "kibana.k8s.elastic.co/v1") + (
        "spec:\n  version: 8.14.0\n  count: 1\n  elasticsearchRef: {name: logs}\n  secureSettings:\n  - secretName: kibana-keys\n    entries: [{key: xpack.encryptedSavedObjects.encryptionKey}]\n"
        "  config:\n    xpack.security.authc.providers:\n      basic.basic1: {order: 1}\n      token.token1: {order: 0}\n    xpack.security.session.idleTimeout: 8h\n")


@kind("Cluster API")
def cluster_api(rnd):
    return meta(rnd, "KubeadmControlPlane", "controlplane.cluster.x-k8s.io/v1beta1") + (
        "spec:\n  kubeadmConfigSpec:\n    clusterConfiguration:\n      apiServer:\n        extraArgs:\n          service-account-key-file: /etc/kubernetes/pki/sa.pub\n"
        "          encryption-provider-config: /etc/kubernetes/enc.yaml\n          tls-cipher-suites: TLS_AES_128_GCM_SHA256,TLS_CHACHA20_POLY1305_SHA256\n          oidc-client-id: kubernetes\n"
        f"    files:\n    - path: /etc/kubernetes/azure.json\n      contentFrom: {{secret: {{name: azure, key: control-plane-azure.json}}}}\n    users:\n    - name: core\n      sshAuthorizedKeys:\n      - ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABgQ{make('{base64:300}', rnd)} ops@acme.example\n")


@kind("OpenShift")
def openshift(rnd):
    return meta(rnd, "OAuth", "config.openshift.io/v1", namespaced=False) + (
        "spec:\n  identityProviders:\n  - name: sso\n    type: OpenID\n    openID:\n      clientID: openshift\n      clientSecret: {name: sso-client}\n"
        f"      claims: {{preferredUsername: [email]}}\n      issuer: https://id.acme.example\n  tokenConfig: {{accessTokenMaxAgeSeconds: 86400}}\n  templates:\n    login: {{name: login-{make('{lowalnum:5}', rnd)}}}\n")


@kind("unknown resource")
def unknown(rnd):
    return meta(rnd, rnd.choice(["Widget", "Tenant", "Pipeline"]), "acme.example/v1beta1") + (
        f"spec:\n  id: {make('{hex:24}', rnd)}\n  etag: '\"{make('{hex:32}', rnd)}\"'\n  traceparent: 00-{make('{hex:32}', rnd)}-{make('{hex:16}', rnd)}-01\n"
        f"  keyRing: prod\n  cryptoKey: projects/acme/locations/eu/keyRings/prod/cryptoKeys/{name(rnd)}\n  tokenPolicy: rotate-daily\n  passwordless: true\n"
        f"  secretRefs: [a-secret, b-secret]\n  publicKey: {make('{base64:43}', rnd)}=\n  checksum: sha512-{make('{base64:86}', rnd)}==\n  cursor: {make('{base64:40}', rnd)}\n"
        f"  signatures:\n  - keyid: {make('{hex:64}', rnd)}\n    algorithm: ed25519\n")
