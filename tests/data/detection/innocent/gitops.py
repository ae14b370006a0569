"""Argo CD, Flux, Kustomize and chart values."""

from detection.innocent import kind
from detection.innocent.parts import image, meta, name, version
from detection.marks import block
from detection.samples import make


def values(rnd):
    return rnd.choice([
        "auth:\n  existingSecret: postgres-auth\n  secretKeys:\n    adminPasswordKey: postgres-password\n    userPasswordKey: password\n",
        "auth:\n  enabled: true\n  existingSecret: redis\n  existingSecretPasswordKey: redis-password\n  usePasswordFiles: true\n",
        "grafana:\n  admin:\n    existingSecret: grafana-admin\n    userKey: admin-user\n    passwordKey: admin-password\n  grafana.ini:\n    auth.generic_oauth:\n      client_id: grafana\n      client_secret: $__file{/etc/secrets/client_secret}\n      token_url: https://id.acme.example/token\n",
        "oauth2-proxy:\n  config:\n    existingSecret: oauth2-proxy\n  extraArgs:\n    cookie-name: _oauth2_proxy\n    pass-access-token: true\n    set-authorization-header: \"true\"\n    oidc-issuer-url: https://id.acme.example\n    skip-jwt-bearer-tokens: true\n",
        "serviceAccount:\n  create: true\n  annotations: {}\nsecrets:\n  create: false\n  name: \"\"\npassword: \"\"\ntoken: \"\"\napiKey: ~\n",
        "server:\n  secret:\n    createSecret: false\n  config:\n    oidc.config: |\n      name: SSO\n      clientID: argocd\n      clientSecret: $oidc.clientSecret\n      requestedScopes: [openid, groups]\n",
        "externalDatabase:\n  host: db.prod.svc\n  user: app\n  existingSecret: app-db\n  existingSecretPasswordKey: db-password\ncookieSecretName: app-cookie\n",
        "env:\n  SECRET_KEY_FILE: /run/secrets/key\n  TOKEN_LIFETIME: 12h\nenvFromSecret: app-env\nextraEnvFrom:\n- secretRef: {name: app}\n",
        "keycloak:\n  auth:\n    passwordSecret: kc\n    tls: {keystorePasswordSecretKey: keystore-password}\n  pathSuffix: /auth\n",
        "securityContext:\n  runAsNonRoot: true\ncontainerSecurityContext: {readOnlyRootFilesystem: true}\npersistence: {size: 8Gi}\n",
    ])


@kind("Argo CD Application", 2)
def application(rnd):
    return meta(rnd, "Application", "argoproj.io/v1alpha1") + (
        f"spec:\n  project: shop\n  source:\n    repoURL: https://charts.acme.example\n    chart: {name(rnd)}\n    targetRevision: {version(rnd)}\n"
        "    helm:\n      parameters:\n      - {name: auth.existingSecret, value: app-auth}\n      - {name: auth.secretKeys.passwordKey, value: password}\n"
        f"      valuesObject:\n{block(values(rnd), 8)}\n  destination: {{server: https://kubernetes.default.svc}}\n"
        f"status:\n  sync:\n    revision: {make('{hex:40}', rnd)}\n")


@kind("HelmRelease", 2)
def release(rnd):
    return meta(rnd, "HelmRelease", "helm.toolkit.fluxcd.io/v2") + (
        f"spec:\n  interval: 1h\n  chart:\n    spec: {{chart: {name(rnd)}, version: {version(rnd)}, sourceRef: {{kind: HelmRepository, name: acme}}}}\n"
        f"  valuesFrom:\n  - {{kind: Secret, name: values, valuesKey: password, targetPath: auth.password}}\n  values:\n{block(values(rnd), 4)}\n")


@kind("Flux Kustomization")
def kustomization(rnd):
    return meta(rnd, "Kustomization", "kustomize.toolkit.fluxcd.io/v1") + (
        "spec:\n  interval: 10m\n  path: ./apps/prod\n  prune: true\n  decryption:\n    provider: sops\n    secretRef: {name: sops-age}\n"
        "  postBuild:\n    substitute:\n      cluster_name: prod\n      secret_domain: acme.example\n      token_audience: sts.amazonaws.com\n"
        f"    substituteFrom:\n    - {{kind: Secret, name: cluster-secrets}}\nstatus:\n  lastAppliedRevision: main@sha1:{make('{hex:40}', rnd)}\n")


@kind("GitRepository")
def repository(rnd):
    return meta(rnd, "GitRepository", "source.toolkit.fluxcd.io/v1") + (
        f"spec:\n  url: ssh://git@git.acme.example/shop/{name(rnd)}.git\n  ref: {{commit: {make('{hex:40}', rnd)}}}\n  secretRef: {{name: git-credentials}}\n"
        f"status:\n  artifact:\n    digest: sha256:{make('{hex:64}', rnd)}\n")


@kind("kustomization.yaml")
def kustomize(rnd):
    return ("apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [deployment.yaml, secret.enc.yaml]\n"
            "secretGenerator:\n- name: app\n  envs: [.env.secret]\n  files: [tls.key, token=secrets/token.txt]\n"
            f"configMapGenerator:\n- name: settings\n  literals: [LOG_LEVEL=info, TOKEN_TTL=1h, AUTH_URL=https://id.acme.example]\nimages:\n- name: app\n  newName: registry.acme.example/app\n  digest: sha256:{make('{hex:64}', rnd)}\n"
            "replacements:\n- source: {kind: Secret, name: app, fieldPath: metadata.name}\n  targets: [{select: {kind: Deployment}, fieldPaths: [spec.template.spec.containers.0.env.0.valueFrom.secretKeyRef.name]}]\n")


@kind("values.yaml", 2)
def chart_values(rnd):
    return f"# Default values.\nreplicaCount: 1\nimage:\n  repository: {image(rnd).split(':')[0]}\n  tag: {version(rnd)}\n" + values(rnd) + \
        "# password: set it with --set, or name an existing Secret\nresources: {}\n"


@kind("ImageUpdateAutomation")
def automation(rnd):
    return meta(rnd, "ImageUpdateAutomation", "image.toolkit.fluxcd.io/v1beta2") + (
        "spec:\n  git:\n    commit:\n      author: {email: flux@acme.example, name: flux}\n      signingKey: {secretRef: {name: flux-gpg}}\n"
        "    push: {branch: main}\n")
