"""Policies that talk about secrets: Kyverno, Gatekeeper, ValidatingAdmissionPolicy."""

from detection.innocent import kind
from detection.innocent.parts import meta, sentence
from detection.samples import make


@kind("Kyverno policy")
def kyverno(rnd):
    return meta(rnd, "ClusterPolicy", "kyverno.io/v1", "  annotations:\n    policies.kyverno.io/title: Disallow Secrets from Env Vars\n"
                f"    policies.kyverno.io/description: >-\n      {sentence(rnd)}\n      {sentence(rnd)}\n", False) + (
        "spec:\n  validationFailureAction: Audit\n  rules:\n  - name: secrets-not-from-env\n    match: {any: [{resources: {kinds: [Pod]}}]}\n"
        "    validate:\n      message: \"Secrets must be mounted as volumes, not as environment variables.\"\n      pattern:\n        spec:\n"
        "          containers:\n          - name: \"*\"\n            =(env):\n            - =(valueFrom):\n                X(secretKeyRef): \"null\"\n"
        f"    verifyImages:\n    - imageReferences: [\"ghcr.io/acme/*\"]\n      attestors:\n      - entries:\n        - keys:\n            publicKeys: |-\n"
        f"              -----BEGIN PUBLIC KEY-----\n              {make('{base64:64}', rnd)}\n              {make('{base64:60}', rnd)}\n              -----END PUBLIC KEY-----\n")


@kind("Gatekeeper template")
def gatekeeper(rnd):
    return meta(rnd, "ConstraintTemplate", "templates.gatekeeper.sh/v1", namespaced=False) + (
        "spec:\n  crd: {spec: {names: {kind: K8sNoEnvSecrets}}}\n  targets:\n  - target: admission.k8s.gatekeeper.sh\n    rego: |\n"
        "      package noenvsecrets\n      violation[{\"msg\": msg}] {\n        c := input.review.object.spec.containers[_]\n"
        "        secret := c.env[_].valueFrom.secretKeyRef\n        token := \"api_key\"\n"
        f"        msg := sprintf(\"container %v uses secret %v\", [c.name, secret.name])\n      }}\n      # {sentence(rnd)}\n")


@kind("ValidatingAdmissionPolicy")
def cel(rnd):
    return meta(rnd, "ValidatingAdmissionPolicy", "admissionregistration.k8s.io/v1", namespaced=False) + (
        "spec:\n  failurePolicy: Fail\n  validations:\n  - expression: \"object.spec.template.spec.containers.all(c, !has(c.env) || "
        "c.env.all(e, !e.name.matches('(?i)(password|secret|token|api_?key)$') || has(e.valueFrom)))\"\n"
        f"    message: {sentence(rnd)!r}\n    reason: Forbidden\n")


@kind("PodDisruptionBudget")
def budget(rnd):
    return meta(rnd, "PodDisruptionBudget", "policy/v1") + "spec:\n  minAvailable: 1\n  selector: {matchLabels: {app: api}}\n"
