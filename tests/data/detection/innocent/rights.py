"""RBAC, service accounts, namespaces and custom resource definitions."""

from detection.innocent import kind
from detection.innocent.parts import meta, name, sentence
from detection.samples import make


@kind("ClusterRole")
def role(rnd):
    return meta(rnd, rnd.choice(["ClusterRole", "Role"]), "rbac.authorization.k8s.io/v1") + (
        "rules:\n- apiGroups: [\"\"]\n  resources: [secrets, configmaps, serviceaccounts/token]\n  verbs: [get, list, watch]\n"
        f"- apiGroups: [external-secrets.io]\n  resources: [externalsecrets]\n  resourceNames: [{name(rnd)}-api-key]\n  verbs: [\"*\"]\n"
        "- nonResourceURLs: [/metrics, /token]\n  verbs: [get]\n")


@kind("RoleBinding")
def binding(rnd):
    return meta(rnd, "RoleBinding", "rbac.authorization.k8s.io/v1") + (
        "roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: secret-reader}\nsubjects:\n"
        f"- kind: ServiceAccount\n  name: {name(rnd)}-token-refresher\n- kind: Group\n  name: {make('{uuid}', rnd)}\n")


@kind("ServiceAccount")
def account(rnd):
    return meta(rnd, "ServiceAccount", "v1", f"  annotations:\n    eks.amazonaws.com/role-arn: arn:aws:iam::{make('{digit:12}', rnd)}:role/secrets-reader\n"
                f"    iam.gke.io/gcp-service-account: {name(rnd)}@acme-prod.iam.gserviceaccount.com\n"
                f"    azure.workload.identity/client-id: {make('{uuid}', rnd)}\n") + (
        f"automountServiceAccountToken: false\nsecrets:\n- name: default-token-{make('{lowalnum:5}', rnd)}\n")


@kind("CustomResourceDefinition", 3)
def definition(rnd):
    plural = rnd.choice(["databases", "credentials", "tokens", "vaults", "gateways"])
    fields = rnd.sample(["password", "token", "apiKey", "secretName", "secretRef", "clientSecret", "privateKey", "tls",
                         "accessKeyID", "secretAccessKeySecretRef", "basicAuth", "bearerTokenFile", "credentials"], 6)
    text = meta(rnd, "CustomResourceDefinition", "apiextensions.k8s.io/v1", namespaced=False) + (
        f"spec:\n  group: acme.example\n  scope: Namespaced\n  names: {{kind: Thing, plural: {plural}}}\n  versions:\n  - name: v1\n"
        "    served: true\n    storage: true\n    schema:\n      openAPIV3Schema:\n        type: object\n        properties:\n"
        "          spec:\n            type: object\n            required: [password]\n            properties:\n")
    for field in fields:
        text += (f"              {field}:\n                type: string\n                minLength: 8\n"
                 f"                pattern: ^[A-Za-z0-9_-]{{16,}}$\n                default: {rnd.choice(['password', 'api-key', 'token'])}\n"
                 f"                description: {sentence(rnd)!r}\n                example: s3cr3t-{make('{lowalnum:12}', rnd)}\n")
    return text


@kind("Namespace")
def namespace(rnd):
    return meta(rnd, "Namespace", "v1", f"  annotations:\n    openshift.io/sa.scc.mcs: s0:c{rnd.randrange(30)},c{rnd.randrange(30)}\n"
                f"    field.cattle.io/projectId: c-{make('{lowalnum:5}', rnd)}:p-{make('{lowalnum:5}', rnd)}\n", False)


@kind("StorageClass")
def storage(rnd):
    return meta(rnd, "StorageClass", "storage.k8s.io/v1", namespaced=False) + (
        "provisioner: rbd.csi.ceph.com\nparameters:\n"
        f"  clusterID: {make('{uuid}', rnd)}\n  pool: kube\n  csi.storage.k8s.io/provisioner-secret-name: rook-csi-rbd-provisioner\n"
        "  csi.storage.k8s.io/provisioner-secret-namespace: rook-ceph\n  csi.storage.k8s.io/node-stage-secret-name: rook-csi-rbd-node\n"
        "  encrypted: \"true\"\n  encryptionKMSID: vault-tokens-test\n")
