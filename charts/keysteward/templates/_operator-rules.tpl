{{- /* The operator's rights, for its roles and for ConfigMap …-wanted, with which it compares what it
       has. The table of rights in docs/security.md explains each line. */ -}}

{{- define "keysteward.operator.clusterRules" -}}
{{- $name := include "keysteward.name" . }}
- apiGroups: [keysteward.dev]
  resources: [managedcredentials, credentialrotations, credentialissuers, clustercredentialissuers, credentialrevocations]
  verbs: [get, list, watch]
- apiGroups: [keysteward.dev]
  resources: [managedcredentials, credentialrotations]
  verbs: [patch]
- apiGroups: [keysteward.dev]
  resources: [managedcredentials/finalizers, credentialrotations/finalizers]
  verbs: [update]
- apiGroups: [keysteward.dev]
  resources: [credentialrotations]
  verbs: [create, delete]
- apiGroups: [keysteward.dev]
  resources: [credentialrevocations]
  verbs: [create]
- apiGroups: [keysteward.dev]
  resources: [credentialpolicies]
  verbs: [get, list, watch, create]
- apiGroups: [keysteward.dev]
  resources: [managedcredentials/status, credentialrotations/status, credentialissuers/status, clustercredentialissuers/status, credentialrevocations/status, credentialpolicies/status]
  verbs: [patch]
- apiGroups: [""]
  resources: [secrets]
  verbs: [get, list, watch, create, patch]
- apiGroups: [""]
  resources: [pods, namespaces]
  verbs: [get, list, watch]
- apiGroups: [apps]
  resources: [deployments, statefulsets, daemonsets]
  verbs: [get, list, watch, patch]
- apiGroups: [policy]
  resources: [poddisruptionbudgets]
  verbs: [list, watch]
- apiGroups: [events.k8s.io]
  resources: [events]
  verbs: [create, patch]
- apiGroups: [admissionregistration.k8s.io]
  resources: [validatingwebhookconfigurations, mutatingwebhookconfigurations]
  resourceNames: [{{ $name }}]
  verbs: [get, patch]
{{- if .Values.webhook.enabled }}
{{- if eq "true" (include "keysteward.restoresRegistration" .) }}
# A registration that was deleted. Kubernetes cannot bind a create to a name.
- apiGroups: [admissionregistration.k8s.io]
  resources: [validatingwebhookconfigurations, mutatingwebhookconfigurations]
  verbs: [create]
# Its owner: what was made again goes with the release.
- apiGroups: [rbac.authorization.k8s.io]
  resources: [clusterroles]
  resourceNames: [{{ $name }}-operator]
  verbs: [get]
{{- end }}
{{- end }}
{{- if (.Values.report | default dict).enabled }}
# What the background report looks at and writes.
- apiGroups: [keysteward.dev]
  resources: [credentialexceptions]
  verbs: [list, watch]
- apiGroups: [""]
  resources: [configmaps, services, podtemplates, replicationcontrollers]
  verbs: [list]
- apiGroups: [apps]
  resources: [replicasets]
  verbs: [list]
- apiGroups: [batch]
  resources: [jobs, cronjobs]
  verbs: [list]
- apiGroups: [networking.k8s.io]
  resources: [ingresses]
  verbs: [list]
- apiGroups: [gateway.networking.k8s.io]
  resources: [gateways, httproutes, grpcroutes]
  verbs: [list]
- apiGroups: [wgpolicyk8s.io]
  resources: [policyreports]
  verbs: [create, patch, delete]
{{- end }}
- apiGroups: [apiextensions.k8s.io]
  resources: [customresourcedefinitions]
  resourceNames: [managedcredentials.keysteward.dev]
  verbs: [get]
{{- end -}}

{{- define "keysteward.operator.namespaceRules" -}}
- apiGroups: [""]
  resources: [secrets]
  verbs: [update, delete]
- apiGroups: [""]
  resources: [configmaps]
  verbs: [get, list, watch, create, patch]
- apiGroups: [coordination.k8s.io]
  resources: [leases]
  verbs: [get, create, update]
{{- if .Values.webhook.enabled }}
- apiGroups: [""]
  resources: [services]
  resourceNames: [{{ include "keysteward.name" . }}-webhook]
  verbs: [get]
{{- end }}
{{- end -}}

{{- define "keysteward.restoresRegistration" -}}
{{ dig "restoreRegistration" true .Values.webhook }}
{{- end -}}
