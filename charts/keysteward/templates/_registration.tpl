{{- /* What is registered, and where it stands beside the registration for the operator to compare
       with: ConfigMap …-wanted of wanted.yaml. */ -}}

{{- define "keysteward.registration.validating" -}}
{{- $name := include "keysteward.name" . }}
{{- $operator := printf "system:serviceaccount:%s:%s-operator" .Release.Namespace $name }}
{{- $excluded := append .Values.webhook.excludeNamespaces .Release.Namespace | uniq }}
{{- $open := .Values.webhook.failurePolicy }}
- name: kinds.keysteward.dev
  {{- include "keysteward.hook" (dict "root" . "name" $name "path" "/validate/kinds" "policy" "Fail") }}
  rules:
    - apiGroups: [keysteward.dev]
      apiVersions: [v1alpha1]
      operations: [CREATE, UPDATE]
      resources: [managedcredentials, credentialrotations, credentialissuers, clustercredentialissuers, credentialpolicies, credentialexceptions]
  matchConditions:
    - name: not-the-operator
      expression: request.userInfo.username != '{{ $operator }}'
    # Labels and finalizers stay writable while no webhook answers, so that deletions end.
    - name: spec-changes
      expression: oldObject == null || object.spec != oldObject.spec
- name: status.keysteward.dev
  {{- include "keysteward.hook" (dict "root" . "name" $name "path" "/validate/kinds" "policy" "Fail") }}
  rules:
    - apiGroups: [keysteward.dev]
      apiVersions: [v1alpha1]
      operations: [CREATE, UPDATE]
      resources: [managedcredentials/status, credentialrotations/status, credentialissuers/status, clustercredentialissuers/status, credentialpolicies/status, credentialexceptions/status, credentialrevocations/status]
  matchConditions: &notOperator
    - name: not-the-operator
      expression: request.userInfo.username != '{{ $operator }}'
- name: managedsecrets.keysteward.dev
  {{- include "keysteward.hook" (dict "root" . "name" $name "path" "/validate/kinds" "policy" $open) }}
  rules:
    - apiGroups: [""]
      apiVersions: [v1]
      operations: [CREATE, UPDATE, DELETE]
      resources: [secrets]
  objectSelector: {matchLabels: {keysteward.dev/managed: "true"}}
  matchConditions: *notOperator
- name: mode.keysteward.dev
  {{- include "keysteward.hook" (dict "root" . "name" $name "path" "/validate/kinds" "policy" $open) }}
  rules:
    - apiGroups: [""]
      apiVersions: [v1]
      operations: [CREATE, UPDATE]
      # Each of them writes labels.
      resources: [namespaces, namespaces/status, namespaces/finalize]
  matchConditions:
    - name: mode-changes
      expression: >-
        (has(object.metadata.labels) && 'keysteward.dev/enforce' in object.metadata.labels ? object.metadata.labels['keysteward.dev/enforce'] : '')
        != (oldObject != null && has(oldObject.metadata.labels) && 'keysteward.dev/enforce' in oldObject.metadata.labels ? oldObject.metadata.labels['keysteward.dev/enforce'] : '')
# Pods apart from workloads: the operator writes none, and a match condition would cost each of
# them 0.3 ms in the API server (docs/performance.md).
- name: pods.keysteward.dev
  {{- include "keysteward.hook" (dict "root" . "name" $name "path" "/validate/manifests" "policy" $open) }}
  rules:
    - apiGroups: [""]
      apiVersions: [v1]
      operations: [CREATE, UPDATE]
      resources: [pods, pods/ephemeralcontainers]
  namespaceSelector: &ours
    matchExpressions:
      - {key: kubernetes.io/metadata.name, operator: NotIn, values: {{ $excluded | toJson }}}
- name: workloads.keysteward.dev
  {{- include "keysteward.hook" (dict "root" . "name" $name "path" "/validate/manifests" "policy" $open) }}
  rules:
    - apiGroups: [""]
      apiVersions: [v1]
      operations: [CREATE, UPDATE]
      resources: [replicationcontrollers, podtemplates]
    - apiGroups: [apps]
      apiVersions: [v1]
      operations: [CREATE, UPDATE]
      resources: [deployments, statefulsets, daemonsets, replicasets]
    - apiGroups: [batch]
      apiVersions: [v1]
      operations: [CREATE, UPDATE]
      resources: [jobs, cronjobs]
  namespaceSelector: *ours
  matchConditions: *notOperator
- name: configuration.keysteward.dev
  {{- include "keysteward.hook" (dict "root" . "name" $name "path" "/validate/manifests" "policy" "Ignore") }}
  rules:
    - apiGroups: [""]
      apiVersions: [v1]
      operations: [CREATE, UPDATE]
      resources: [configmaps, services]
    - apiGroups: [networking.k8s.io]
      apiVersions: [v1]
      operations: [CREATE, UPDATE]
      resources: [ingresses]
    - apiGroups: [gateway.networking.k8s.io]
      apiVersions: [v1, v1beta1, v1alpha2]
      operations: [CREATE, UPDATE]
      resources: [gateways, httproutes, grpcroutes, tlsroutes, tcproutes]
  namespaceSelector: *ours
  matchConditions: *notOperator
{{- if .Values.webhook.secretMetadata }}
# Annotations alone are looked at, but the API server sends the values along.
- name: secretmetadata.keysteward.dev
  {{- include "keysteward.hook" (dict "root" . "name" $name "path" "/validate/manifests" "policy" "Ignore") }}
  rules:
    - apiGroups: [""]
      apiVersions: [v1]
      operations: [CREATE, UPDATE]
      resources: [secrets]
  namespaceSelector: *ours
  matchConditions:
    - name: not-the-operator
      expression: request.userInfo.username != '{{ $operator }}'
    - name: has-annotations
      expression: has(object.metadata.annotations)
{{- end }}
{{- with .Values.webhook.customResources }}
- name: customresources.keysteward.dev
  {{- include "keysteward.hook" (dict "root" $ "name" $name "path" "/validate/manifests" "policy" "Ignore") }}
  rules:
    {{- range . }}
    - apiGroups: {{ .apiGroups | toJson }}
      apiVersions: {{ default (list "*") .apiVersions | toJson }}
      operations: [CREATE, UPDATE]
      resources: {{ .resources | toJson }}
    {{- end }}
  namespaceSelector: *ours
  matchConditions: *notOperator
{{- end }}
{{- end -}}

{{- define "keysteward.registration.mutating" -}}
{{- $name := include "keysteward.name" . }}
{{- $operator := printf "system:serviceaccount:%s:%s-operator" .Release.Namespace $name }}
{{- $excluded := append .Values.webhook.excludeNamespaces .Release.Namespace | uniq }}
- name: pods.keysteward.dev
  {{- include "keysteward.hook" (dict "root" . "name" $name "path" "/mutate/pods" "policy" "Ignore") }}
  reinvocationPolicy: IfNeeded
  rules:
    - apiGroups: [""]
      apiVersions: [v1]
      operations: [CREATE]
      resources: [pods]
  namespaceSelector: &ours
    matchExpressions:
      - {key: kubernetes.io/metadata.name, operator: NotIn, values: {{ $excluded | toJson }}}
  # Only such pods are changed, so all others are spared the call. The places are those of
  # api/core/secret_references.h but for mounts of network file systems, whose pods count by the stamp
  # of their template.
  matchConditions:
    - name: asks-for-injection-or-reads-a-secret
      expression: >-
        (has(object.metadata.annotations) && 'keysteward.dev/inject' in object.metadata.annotations)
        || (has(object.spec.imagePullSecrets) && object.spec.imagePullSecrets.size() > 0)
        || (has(object.spec.volumes) && object.spec.volumes.exists(v, has(v.secret)
            || (has(v.csi) && has(v.csi.nodePublishSecretRef))
            || (has(v.projected) && has(v.projected.sources) && v.projected.sources.exists(s, has(s.secret)))))
        || [object.spec.containers, has(object.spec.initContainers) ? object.spec.initContainers : []].exists(list,
            list.exists(c, (has(c.envFrom) && c.envFrom.exists(e, has(e.secretRef)))
              || (has(c.env) && c.env.exists(e, has(e.valueFrom) && has(e.valueFrom.secretKeyRef)))))
- name: workloads.keysteward.dev
  {{- include "keysteward.hook" (dict "root" . "name" $name "path" "/mutate/workloads" "policy" "Ignore") }}
  reinvocationPolicy: Never
  rules:
    - apiGroups: [apps]
      apiVersions: [v1]
      operations: [UPDATE]
      resources: [deployments, statefulsets, daemonsets]
  namespaceSelector: *ours
  matchConditions:
    - name: not-the-operator
      expression: request.userInfo.username != '{{ $operator }}'
- name: credentialrotations.keysteward.dev
  {{- include "keysteward.hook" (dict "root" . "name" $name "path" "/mutate/credentialrotations" "policy" "Fail") }}
  reinvocationPolicy: Never
  rules:
    - apiGroups: [keysteward.dev]
      apiVersions: [v1alpha1]
      operations: [CREATE]
      resources: [credentialrotations]
{{- end -}}

{{- define "keysteward.webhook.service" -}}
selector: {{ include "keysteward.selector" (dict "root" . "component" "webhook") | nindent 2 }}
ports:
  - {name: https, port: 443, targetPort: https}
{{- end -}}
