"""Kinds that fetch, seal or mount secrets, and hold none."""

from detection.innocent import kind
from detection.innocent.parts import ca_bundle, meta, name
from detection.samples import make


@kind("ExternalSecret", 2)
def external(rnd):
    return meta(rnd, "ExternalSecret", "external-secrets.io/v1") + (
        "spec:\n  refreshInterval: 1h\n  secretStoreRef: {name: vault, kind: ClusterSecretStore}\n  target:\n"
        f"    name: {name(rnd)}-db\n    template:\n      engineVersion: v2\n      data:\n"
        "        DATABASE_URL: \"postgres://{{ .user }}:{{ .password }}@db:5432/app\"\n        password: \"{{ .password }}\"\n"
        "        config.json: |\n          {\"token\": \"{{ .token | b64dec }}\"}\n  data:\n"
        f"  - secretKey: password\n    remoteRef: {{key: secret/data/{name(rnd)}, property: password}}\n"
        f"  - secretKey: api-token\n    remoteRef:\n      key: /prod/{name(rnd)}/api_token\n      version: {make('{uuid}', rnd)}\n"
        "  dataFrom:\n  - extract: {key: shop/credentials}\n  - find: {name: {regexp: '^api-key-.*'}}\n")


@kind("SecretStore", 2)
def store(rnd):
    return meta(rnd, rnd.choice(["SecretStore", "ClusterSecretStore"]), "external-secrets.io/v1") + rnd.choice([
        "spec:\n  provider:\n    vault:\n      server: https://vault.security.svc:8200\n      path: secret\n      version: v2\n"
        f"      caBundle: {ca_bundle(rnd)}\n      auth:\n        kubernetes: {{mountPath: kubernetes, role: shop}}\n",
        "spec:\n  provider:\n    aws:\n      service: SecretsManager\n      region: eu-west-1\n      auth:\n        secretRef:\n"
        "          accessKeyIDSecretRef: {name: aws, key: access-key}\n          secretAccessKeySecretRef: {name: aws, key: secret-access-key}\n",
        f"spec:\n  provider:\n    azurekv:\n      authType: WorkloadIdentity\n      tenantId: {make('{uuid}', rnd)}\n"
        "      vaultUrl: https://acme.vault.azure.net\n",
    ])


@kind("SealedSecret", 2)
def sealed(rnd):
    data = "".join(f"    {key}: AgB{make('{base64:340}', rnd)}=\n" for key in
                   rnd.sample(["password", "api-key", "token", "DATABASE_URL", "tls.key", "client_secret"], 3))
    return meta(rnd, "SealedSecret", "bitnami.com/v1alpha1", "  annotations:\n    sealedsecrets.bitnami.com/cluster-wide: \"true\"\n") + (
        f"spec:\n  encryptedData:\n{data}  template:\n    metadata: {{name: x}}\n    type: Opaque\n")


@kind("SOPS Secret", 2)
def sops(rnd):
    def enc(length):
        return (f"ENC[AES256_GCM,data:{make('{base64:%d}' % length, rnd)},iv:{make('{base64:43}', rnd)}=,"
                f"tag:{make('{base64:22}', rnd)}==,type:str]")
    field = rnd.choice(["stringData", "data"])
    what, api = rnd.choice([("Secret", "v1"), ("ConfigMap", "v1"), ("HelmRelease", "helm.toolkit.fluxcd.io/v2")])
    body = f"{field}:\n  password: {enc(24)}\n  API_KEY: {enc(44)}\n" if what != "HelmRelease" else \
        f"spec:\n  values:\n    auth:\n      password: {enc(24)}\n"
    return meta(rnd, what, api) + body + (
        "sops:\n  age:\n  - recipient: age1" + make("{lowalnum:58}", rnd) + "\n    enc: |\n      -----BEGIN AGE ENCRYPTED FILE-----\n"
        f"      {make('{base64:64}', rnd)}\n      {make('{base64:64}', rnd)}\n      -----END AGE ENCRYPTED FILE-----\n"
        f"  kms:\n  - arn: arn:aws:kms:eu-west-1:{make('{digit:12}', rnd)}:key/{make('{uuid}', rnd)}\n    enc: AQICAHh{make('{base64:180}', rnd)}=\n"
        f"  pgp:\n  - fp: {make('{uphex:40}', rnd)}\n    enc: |\n      -----BEGIN PGP MESSAGE-----\n\n      hQIMA{make('{base64:59}', rnd)}\n      -----END PGP MESSAGE-----\n"
        f"  lastmodified: \"2026-03-01T10:00:00Z\"\n  mac: {enc(88)}\n  encrypted_regex: ^(data|stringData|password)$\n  version: 3.9.1\n")


@kind("SecretProviderClass")
def provider(rnd):
    return meta(rnd, "SecretProviderClass", "secrets-store.csi.x-k8s.io/v1") + (
        "spec:\n  provider: azure\n  parameters:\n    keyvaultName: acme-prod\n"
        f"    tenantId: {make('{uuid}', rnd)}\n    userAssignedIdentityID: {make('{uuid}', rnd)}\n    objects: |\n      array:\n        - |\n"
        f"          objectName: {name(rnd)}-db-password\n          objectType: secret\n          objectVersion: {make('{hex:32}', rnd)}\n"
        "  secretObjects:\n  - secretName: db\n    type: Opaque\n    data:\n    - {objectName: db-password, key: password}\n")


@kind("VaultStaticSecret")
def vault(rnd):
    return meta(rnd, rnd.choice(["VaultStaticSecret", "VaultDynamicSecret"]), "secrets.hashicorp.com/v1beta1") + (
        f"spec:\n  vaultAuthRef: default\n  mount: kv\n  type: kv-v2\n  path: shop/{name(rnd)}/credentials\n  refreshAfter: 30s\n"
        f"  destination: {{create: true, name: {name(rnd)}-secret}}\n  rolloutRestartTargets:\n  - {{kind: Deployment, name: api}}\n"
        f"status:\n  secretMAC: {make('{base64:43}', rnd)}=\n")


@kind("Certificate")
def certificate(rnd):
    return meta(rnd, "Certificate", "cert-manager.io/v1") + (
        f"spec:\n  secretName: {name(rnd)}-tls\n  issuerRef: {{name: letsencrypt, kind: ClusterIssuer}}\n  privateKey:\n"
        "    algorithm: ECDSA\n    size: 256\n    rotationPolicy: Always\n  keystores:\n    jks:\n      create: true\n"
        "      passwordSecretRef: {name: jks-password, key: password}\n  dnsNames: [api.acme.example]\n")


@kind("Issuer")
def issuer(rnd):
    return meta(rnd, "ClusterIssuer", "cert-manager.io/v1", namespaced=False) + (
        "spec:\n  acme:\n    server: https://acme-v02.api.letsencrypt.org/directory\n    email: ops@acme.example\n"
        "    privateKeySecretRef: {name: letsencrypt-account-key}\n    externalAccountBinding:\n"
        f"      keyID: {make('{base64url:22}', rnd)}\n      keySecretRef: {{name: eab, key: secret}}\n    solvers:\n    - dns01:\n        route53:\n"
        f"          region: eu-west-1\n          hostedZoneID: Z{make('{upalnum:20}', rnd)}\n"
        "          secretAccessKeySecretRef: {name: route53, key: secret-access-key}\n")


@kind("CertificateSigningRequest")
def request(rnd):
    return meta(rnd, "CertificateSigningRequest", "certificates.k8s.io/v1", namespaced=False) + (
        f"spec:\n  request: LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0K{make('{base64:600}', rnd)}\n  signerName: kubernetes.io/kubelet-serving\n"
        "  usages: [digital signature, server auth]\n")


@kind("Secret")
def secret(rnd):
    """Values belong here; a detector for manifests that denies them denies every Secret."""
    return meta(rnd, "ConfigMap", "v1") + f"data:\n  secretName: {name(rnd)}\n  secret-store: vault\n  token-audience: api\n"
