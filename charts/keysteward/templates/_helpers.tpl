{{- define "keysteward.name" -}}
{{- default "keysteward" .Values.nameOverride | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{- define "keysteward.labels" -}}
app.kubernetes.io/name: keysteward
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "keysteward.selector" -}}
app.kubernetes.io/name: keysteward
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end -}}

{{- define "keysteward.image" -}}
{{- $image := .Values.image -}}
{{- with $image.registry }}{{ . }}/{{ end }}{{ $image.repository }}
{{- if $image.digest }}@{{ $image.digest }}{{ else }}:{{ default .Chart.AppVersion $image.tag }}{{ end -}}
{{- end -}}

{{- define "keysteward.podSecurity" -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
fsGroup: 65532
seccompProfile: {type: RuntimeDefault}
{{- end -}}

{{- define "keysteward.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: {drop: [ALL]}
{{- end -}}

{{- define "keysteward.scheduling" -}}
{{- with .Values.imagePullSecrets }}
imagePullSecrets: {{ toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.nodeSelector }}
nodeSelector: {{ toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations: {{ toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.affinity }}
affinity: {{ toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- end -}}

{{- define "keysteward.spread" -}}
topologySpreadConstraints:
  - maxSkew: 1
    topologyKey: kubernetes.io/hostname
    whenUnsatisfiable: ScheduleAnyway
    labelSelector: {matchLabels: {{ include "keysteward.selector" . | fromYaml | toJson }}}
  - maxSkew: 1
    topologyKey: topology.kubernetes.io/zone
    whenUnsatisfiable: ScheduleAnyway
    labelSelector: {matchLabels: {{ include "keysteward.selector" . | fromYaml | toJson }}}
{{- end -}}

{{- /* What every webhook entry shares: root, name, path, policy. */ -}}
{{- define "keysteward.hook" }}
  admissionReviewVersions: [v1]
  clientConfig:
    service: {namespace: {{ .root.Release.Namespace }}, name: {{ .name }}-webhook, path: {{ .path }}, port: 443}
  failurePolicy: {{ .policy }}
  matchPolicy: Equivalent
  sideEffects: None
  timeoutSeconds: {{ .root.Values.webhook.timeoutSeconds }}
{{- end }}

{{- /* Spec of a Job that runs the command line tool once: root, account, component, arguments,
       and the exit statuses that are final; other failures are tried again. */ -}}
{{- define "keysteward.hookJob" -}}
backoffLimit: 2
activeDeadlineSeconds: 120
podFailurePolicy:
  rules:
    - {action: FailJob, onExitCodes: {containerName: keysteward, operator: In, values: {{ .final | toJson }}{{ "}}" }}
template:
  metadata:
    labels: {{ include "keysteward.selector" . | nindent 6 }}
  spec:
    serviceAccountName: {{ .account }}
    restartPolicy: Never
    enableServiceLinks: false
    terminationGracePeriodSeconds: 5
    securityContext: {{ include "keysteward.podSecurity" . | nindent 6 }}
    {{- include "keysteward.scheduling" .root | nindent 4 }}
    containers:
      - name: keysteward
        image: {{ include "keysteward.image" .root }}
        imagePullPolicy: {{ .root.Values.image.pullPolicy }}
        command: [/usr/bin/keysteward]
        args: {{ .arguments | toJson }}
        resources: {requests: {cpu: 10m, memory: 16Mi}, limits: {memory: 64Mi}}
        securityContext: {{ include "keysteward.containerSecurity" . | nindent 10 }}
{{- end -}}

{{- /* The containers of `object` or `oldObject`, as CEL: object, kind. */ -}}
{{- define "keysteward.floor.containers" -}}
{{- $spec := printf "%s.%s" .object .kind.spec -}}
{{- $all := printf "%s.containers + (has(%s.initContainers) ? %s.initContainers : [])" $spec $spec $spec -}}
{{- if .kind.has -}}
has({{ .object }}.{{ .kind.has }}) ? {{ $all }} : []
{{- else -}}
{{ $all }}
{{- end -}}
{{- end -}}

{{- /* Whether a text is a key that nobody can take for anything else, as CEL: floor, value. */ -}}
{{- define "keysteward.floor.key" -}}
{{- $value := .value -}}
size({{ $value }}) < 256 && {{ $value }}.matches(r'{{ .floor.form }}')
{{- range .floor.found }} && {{ $value }}.matches(r'{{ . }}'){{ end }}
{{- range .floor.absent }} && !{{ $value }}.matches(r'{{ . }}'){{ end }}
{{- end -}}
