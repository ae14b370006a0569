// Each third-party kind of detection/fields/third_party: a literal in it is one leaf, and what
// names something else is none.
#include <gtest/gtest.h>

#include "tests/detection/fields/walked_leaves.h"

namespace keysteward::detection {
namespace {

struct Case {
  const char* name;
  const char* type;  // apiVersion and kind
  const char* body;
  const char* literals;
};

class ThirdPartyKinds : public testing::TestWithParam<Case> {};

TEST_P(ThirdPartyKinds, GiveTheirLiteralsAlone) {
  const std::string type = GetParam().type;
  const size_t blank = type.find(' ');
  EXPECT_EQ(
      WalkedLeaves("apiVersion: " + type.substr(0, blank) + "\nkind: " + type.substr(blank + 1) +
                   "\nmetadata: {name: n, labels: {app: a}}\n" + GetParam().body),
      GetParam().literals);
}

const Case kSecretOperators[] = {
    {"KongConsumer", "configuration.konghq.com/v1 KongConsumer",
     "username: u\ncredentials: [consumer1-key-auth1]\n", "username username=u|"},
    {"ExternalSecret", "external-secrets.io/v1 ExternalSecret",
     "spec: {secretStoreRef: {name: s}, target: {name: t, template: {data: {password: p}}}, data: "
     "[{secretKey: password, remoteRef: {key: k, property: token}}], dataFrom: [{extract: {key: "
     "password}}]}",
     "spec.target.template.data.password password=p|"},
    {"OldExternalSecret", "kubernetes-client.io/v1 ExternalSecret",
     "spec: {backendType: b, data: [{key: k, name: password}]}", "spec.backendType backendType=b|"},
    {"ClusterExternalSecret", "external-secrets.io/v1 ClusterExternalSecret",
     "spec: {externalSecretSpec: {data: [{secretKey: password}], target: {template: {data: {token: "
     "t}}}}}",
     "spec.externalSecretSpec.target.template.data.token token=t|"},
    {"PushSecret", "external-secrets.io/v1alpha1 PushSecret",
     "spec: {selector: {secret: {name: s}}, data: [{match: {secretKey: token, remoteRef: "
     "{remoteKey: "
     "r}}}], template: {data: {token: t}}}",
     "spec.template.data.token token=t|"},
    {"SecretStore", "external-secrets.io/v1 SecretStore",
     "spec: {provider: {webhook: {method: POST, url: u, headers: {X-Token: t}, secrets: [{name: "
     "s}]}}}",
     "spec.provider.webhook.url url=u|spec.provider.webhook.headers.X-Token X-Token=t|"},
    {"ClusterSecretStore", "external-secrets.io/v1 ClusterSecretStore",
     "spec: {controller: c, provider: {vault: {server: s, auth: {appRole: {roleId: r}}}}, note: "
     "n}\nextra: {token: t}",
     "extra.token token=t|"},
    {"FakeSecretStore", "external-secrets.io/v1 SecretStore",
     "spec: {provider: {fake: {data: [{key: /db/password, value: p, version: v1}, {key: k, "
     "valueMap: "
     "{token: t}}]}}}",
     "spec.provider.fake.data[0].value /db/password=p|spec.provider.fake.data[0].version "
     "version=v1|"
     "spec.provider.fake.data[1].valueMap.token token=t|"},
    {"TraefikMiddleware", "traefik.io/v1alpha1 Middleware",
     "spec: {basicAuth: {secret: dashboard-auth, realm: r}}", "spec.basicAuth.realm realm=r|"},
    {"SealedSecret", "bitnami.com/v1alpha1 SealedSecret",
     "spec: {encryptedData: {password: AgB}, template: {type: Opaque, data: {url: u}}}",
     "spec.template.type type=Opaque|spec.template.data.url url=u|"},
    {"SopsOfAConfigMap", "v1 ConfigMap", "data: {token: t}\nsops: {mac: m, age: [{enc: e}]}",
     "data.token token=t|"},
    {"SopsSecret", "isindir.github.com/v1alpha3 SopsSecret",
     "spec: {secretTemplates: [{name: n, stringData: {password: p}}]}\nsops: {mac: m}",
     "spec.secretTemplates[0].stringData.password password=p|"},
    {"SecretProviderClass", "secrets-store.csi.x-k8s.io/v1 SecretProviderClass",
     "spec: {provider: vault, parameters: {roleName: r, token: t}, secretObjects: [{secretName: s, "
     "data: [{key: password, objectName: o}]}], vault: {token: u}}",
     "spec.vault.token token=u|"},
    {"VaultStaticSecret", "secrets.hashicorp.com/v1beta1 VaultStaticSecret",
     "spec: {mount: kv, path: app/password, vaultAuthRef: a, destination: {name: token, "
     "transformation: {templates: {password: {text: p}}}}, type: kv-v2}",
     "spec.destination.transformation.templates.password.text text=p|spec.type type=kv-v2|"},
    {"VaultDynamicSecret", "secrets.hashicorp.com/v1beta1 VaultDynamicSecret",
     "spec: {mount: db, path: creds/app, role: token, params: {password: p}, destination: {name: "
     "secret}}",
     "spec.params.password password=p|"},
    {"VaultPKISecret", "secrets.hashicorp.com/v1beta1 VaultPKISecret",
     "spec: {role: r, mount: pki, destination: {name: d}, commonName: c}",
     "spec.commonName commonName=c|"},
    {"VaultAuth", "secrets.hashicorp.com/v1beta1 VaultAuth",
     "spec: {method: appRole, mount: m, headers: {X-Token: t}, appRole: {roleId: r, secretRef: s}}",
     "spec.method method=appRole|spec.headers.X-Token X-Token=t|"},
    {"VaultConnection", "secrets.hashicorp.com/v1beta1 VaultConnection",
     "spec: {caCertSecretRef: c, headers: {X-Token: t}}", "spec.headers.X-Token X-Token=t|"},
    {"VaultGenerator", "generators.external-secrets.io/v1alpha1 VaultDynamicSecret",
     "spec: {path: /pki, provider: {server: s, auth: {tokenSecretRef: {name: n}}}, parameters: "
     "{password: p}}",
     "spec.parameters.password password=p|"},
};

const Case kDeployments[] = {
    {"HelmChart", "helm.cattle.io/v1 HelmChart",
     "spec: {valuesContent: v, set: {auth.password: p}, authSecret: {name: s}, valuesSecrets: "
     "[{name: "
     "n, keys: [password]}]}",
     "spec.valuesContent valuesContent=v|spec.set[auth.password] auth.password=p|"},
    {"HelmRelease", "helm.toolkit.fluxcd.io/v2 HelmRelease",
     "spec: {values: {auth: {password: p, existingSecret: s}}, valuesFrom: [{kind: Secret, name: "
     "n, "
     "valuesKey: token, targetPath: auth.password}]}",
     "spec.values.auth.password password=p|"},
    {"FluxKustomization", "kustomize.toolkit.fluxcd.io/v1 Kustomization",
     "spec: {decryption: {provider: sops}, postBuild: {substitute: {db_password: p}, "
     "substituteFrom: "
     "[{kind: Secret, name: s, token: t}]}}",
     "spec.postBuild.substitute.db_password db_password=p|"},
    {"GitRepository", "source.toolkit.fluxcd.io/v1 GitRepository",
     "spec: {url: u, ref: {branch: b}, secretRef: {name: s}, verify: {mode: HEAD}}",
     "spec.url url=u|"},
    {"FluxProvider", "notification.toolkit.fluxcd.io/v1beta3 Provider",
     "spec: {address: a, channel: c, username: n, secretRef: {name: s}}",
     "spec.address address=a|"},
    {"FluxTerraform", "infra.contrib.fluxcd.io/v1alpha2 Terraform",
     "spec: {vars: [{name: token, value: t}], varsFrom: [{kind: Secret, varsKeys: [password]}]}",
     "spec.vars[0].value token=t|"},
    {"ArgoApplication", "argoproj.io/v1alpha1 Application",
     "spec: {destination: {server: s}, source: {helm: {parameters: [{name: token, value: t}], "
     "fileParameters: [{name: password, path: p}], valueFiles: [secrets.yaml]}}}",
     "spec.source.helm.parameters[0].value token=t|"},
    {"ArgoApplicationOfSources", "argoproj.io/v1alpha1 Application",
     "spec: {sources: [{helm: {values: v, valueFiles: [f]}, plugin: {env: [{name: TOKEN, value: "
     "t}]}}]}",
     "spec.sources[0].helm.values values=v|spec.sources[0].plugin.env[0].value TOKEN=t|"},
    {"ApplicationSet", "argoproj.io/v1alpha1 ApplicationSet",
     "spec: {template: {metadata: {name: n}, spec: {destination: {server: s}, source: {helm: "
     "{parameters: [{name: token, value: t}]}}}}}",
     "spec.template.spec.source.helm.parameters[0].value token=t|"},
    {"AppProject", "argoproj.io/v1alpha1 AppProject",
     "spec: {sourceRepos: [r], roles: [{name: ci, policies: [p], jwtTokens: [{id: i, iat: 7}]}]}",
     "spec.sourceRepos[0] sourceRepos=r|"},
    {"Rollout", "argoproj.io/v1alpha1 Rollout",
     "spec: {selector: {matchLabels: {a: b}}, template: {spec: {schedulerName: s, containers: "
     "[{env: "
     "[{name: TOKEN, value: t}, {name: PASSWORD, valueFrom: {secretKeyRef: {name: s, key: "
     "k}}}]}]}}}",
     "spec.template.spec.containers[0].env[0].value TOKEN=t|"},
    {"AnalysisTemplate", "argoproj.io/v1alpha1 AnalysisTemplate",
     "spec: {args: [{name: token, value: t}, {name: password, valueFrom: {secretKeyRef: {name: "
     "s}}}]}",
     "spec.args[0].value token=t|"},
    {"ArgoWorkflow", "argoproj.io/v1alpha1 Workflow",
     "spec: {arguments: {parameters: [{name: token, value: t}]}, templates: [{script: {image: i, "
     "source: "
     "s, workingDir: w}}]}",
     "spec.arguments.parameters[0].value token=t|spec.templates[0].script.source source=s|"},
    {"CronWorkflow", "argoproj.io/v1alpha1 CronWorkflow",
     "spec: {workflowSpec: {templates: [{container: {workingDir: w, env: [{name: TOKEN, value: "
     "t}]}}]}}",
     "spec.workflowSpec.templates[0].container.env[0].value TOKEN=t|"},
    {"TektonTask", "tekton.dev/v1 Task",
     "spec: {params: [{name: token, default: t, description: d}], steps: [{workingDir: w, script: "
     "s, "
     "env: [{name: PASSWORD, valueFrom: {secretKeyRef: {name: n}}}]}], results: [{name: password, "
     "description: d}], workspaces: [{name: secrets, optional: true}]}",
     "spec.params[0].default token=t|spec.steps[0].script script=s|"},
    {"TektonPipeline", "tekton.dev/v1 Pipeline",
     "spec: {tasks: [{taskRef: {name: n}, params: [{name: token, value: t}], when: [{input: "
     "password}]}]}",
     "spec.tasks[0].params[0].value token=t|"},
    {"TaskRun", "tekton.dev/v1 TaskRun",
     "spec: {params: [{name: token, value: t}], workspaces: [{name: password, secret: {secretName: "
     "s}}]}",
     "spec.params[0].value token=t|"},
    {"PipelineRun", "tekton.dev/v1 PipelineRun",
     "spec: {pipelineRef: {name: n}, params: [{name: token, value: t}], workspaces: [{name: "
     "password, "
     "subPath: p}]}",
     "spec.params[0].value token=t|"},
    {"TriggerBinding", "triggers.tekton.dev/v1beta1 TriggerBinding",
     "spec: {params: [{name: token, value: t}], bindingRef: r}", "spec.params[0].value token=t|"},
    {"KnativeService", "serving.knative.dev/v1 Service",
     "spec: {traffic: [{tag: token}], template: {metadata: {annotations: {x/token: t}}, spec: "
     "{serviceAccountName: s, containers: [{env: [{name: TOKEN, value: u}]}]}}}",
     "spec.template.metadata.annotations[x/token] token=t|"
     "spec.template.spec.containers[0].env[0].value TOKEN=u|"},
    {"KnativeRevision", "serving.knative.dev/v1 Revision",
     "spec: {schedulerName: s, containers: [{env: [{name: TOKEN, value: u}]}]}",
     "spec.containers[0].env[0].value TOKEN=u|"},
    {"KnativeSource", "sources.knative.dev/v1 ContainerSource",
     "spec: {sink: {ref: {name: n}}, template: {spec: {containers: [{workingDir: w, args: [x]}]}}}",
     "spec.template.spec.containers[0].args[0] =x|"},
    {"KnativePing", "sources.knative.dev/v1 PingSource", "spec: {data: d, sink: {ref: {name: n}}}",
     "spec.data data=d|"},
    {"Composition", "apiextensions.crossplane.io/v1 Composition",
     "spec: {writeConnectionSecretsToNamespace: w, resources: [{name: n, base: {spec: {password: "
     "p}}, "
     "connectionDetails: [{name: password, fromConnectionSecretKey: password}, {name: token, "
     "value: "
     "t}]}]}",
     "spec.resources[0].base.spec.password password=p|"
     "spec.resources[0].connectionDetails[1].value token=t|"},
    {"CompositeResourceDefinition", "apiextensions.crossplane.io/v1 CompositeResourceDefinition",
     "spec: {connectionSecretKeys: [password, token], claimNames: {plural: p}}",
     "spec.claimNames.plural plural=p|"},
    {"CrossplaneManagedResource", "rds.aws.upbound.io/v1beta1 Instance",
     "spec: {forProvider: {password: p, passwordSecretRef: {name: s, key: k}}, "
     "writeConnectionSecretToRef: {name: token}, publishConnectionDetailsTo: {name: password}}",
     "spec.forProvider.password password=p|"},
    {"CrossplaneRelease", "helm.crossplane.io/v1beta1 Release",
     "spec: {forProvider: {set: [{name: token, value: t}], valuesFrom: [{secretKeyRef: {name: "
     "password}}], values: {password: p}}}",
     "spec.forProvider.set[0].value token=t|spec.forProvider.values.password password=p|"},
};

std::string NameOf(const testing::TestParamInfo<Case>& info) { return info.param.name; }

INSTANTIATE_TEST_SUITE_P(Secrets, ThirdPartyKinds, testing::ValuesIn(kSecretOperators), NameOf);
INSTANTIATE_TEST_SUITE_P(Deployments, ThirdPartyKinds, testing::ValuesIn(kDeployments), NameOf);

// Of another group it is another kind.
TEST(ThirdPartyKinds, AreKnownByTheirGroup) {
  EXPECT_EQ(WalkedLeaves("apiVersion: example.com/v1\nkind: VaultStaticSecret\nspec: {mount: m}\n"),
            "spec.mount mount=m|");
}

}  // namespace
}  // namespace keysteward::detection
