"""Custom resources that carry pods, parameters or scripts: Tekton, Argo Workflows, Knative, KEDA."""

from detection.marks import block, mark, quoted
from detection.places import place
from detection.places.pods import container, env, head


def entry(name, value):
    return f"- name: {name}\n  value: {quoted(mark(value))}\n"


@place("Tekton PipelineRun params", "kebab")
def tekton(name, value, rnd):
    return head("PipelineRun", "tekton.dev/v1", rnd) + (
        "spec:\n  pipelineRef: {name: release}\n  params:\n  - name: revision\n    value: main\n"
        + block(entry(name, value), 2) + "\n")


@place("Tekton Task param default", "kebab")
def tekton_default(name, value, rnd):
    return head("Task", "tekton.dev/v1", rnd) + (
        f"spec:\n  params:\n  - name: {name}\n    type: string\n    default: {quoted(mark(value))}\n  steps: []\n")


@place("Tekton step env")
def tekton_env(name, value, rnd):
    return head("Task", "tekton.dev/v1", rnd) + "spec:\n  steps:\n" + block(
        "- name: build\n  image: acme/build:1\n" + block(env(rnd, entry(name, value)), 2), 2) + "\n"


@place("Tekton step script")
def tekton_script(name, value, rnd):
    return head("Task", "tekton.dev/v1", rnd) + (
        "spec:\n  steps:\n  - name: push\n    image: acme/cli:1\n    script: |\n      #!/bin/sh\n"
        f"      export {name}=\"{mark(value)}\"\n      ./push.sh\n")


@place("Argo Workflow parameters", "kebab")
def workflow(name, value, rnd):
    return head("Workflow", "argoproj.io/v1alpha1", rnd) + (
        "spec:\n  entrypoint: main\n  arguments:\n    parameters:\n    - name: region\n      value: eu\n"
        + block(entry(name, value), 4) + "\n")


@place("Argo Workflow template env")
def workflow_env(name, value, rnd):
    return head("WorkflowTemplate", "argoproj.io/v1alpha1", rnd) + "spec:\n  templates:\n  - name: main\n    container:\n" + \
        "      image: acme/job:1\n" + block(env(rnd, entry(name, value)), 6) + "\n"


@place("Argo Workflow script source")
def workflow_script(name, value, rnd):
    return head("CronWorkflow", "argoproj.io/v1alpha1", rnd) + (
        "spec:\n  workflowSpec:\n    templates:\n    - name: main\n      script:\n        image: python:3\n"
        f"        command: [python]\n        source: |\n          import os\n          {name} = {quoted(mark(value))}\n")


@place("Knative Service env")
def knative(name, value, rnd):
    return head("Service", "serving.knative.dev/v1", rnd) + "spec:\n  template:\n    spec:\n      containers:\n" + block(
        container(rnd, env(rnd, entry(name, value))), 6) + "\n"


@place("Argo Rollout env")
def rollout(name, value, rnd):
    return head("Rollout", "argoproj.io/v1alpha1", rnd) + "spec:\n  template:\n    spec:\n      containers:\n" + block(
        container(rnd, env(rnd, entry(name, value))), 6) + "\n"


@place("KEDA trigger metadata", "camel")
def keda(name, value, rnd):
    return head("ScaledObject", "keda.sh/v1alpha1", rnd) + (
        "spec:\n  scaleTargetRef: {name: worker}\n  triggers:\n  - type: redis\n    metadata:\n"
        f"      listName: jobs\n      {name}: {quoted(mark(value))}\n")


@place("Dapr component metadata", "camel")
def dapr(name, value, rnd):
    return head("Component", "dapr.io/v1alpha1", rnd) + (
        "spec:\n  type: state.redis\n  version: v1\n  metadata:\n  - name: redisHost\n    value: redis:6379\n"
        + block(entry(name, value), 2) + "\n")


@place("Spark configuration", "dotted")
def spark(name, value, rnd):
    return head("SparkApplication", "sparkoperator.k8s.io/v1beta2", rnd) + (
        "spec:\n  type: Scala\n  sparkConf:\n    spark.ui.port: \"4040\"\n"
        f"    spark.hadoop.{name}: {quoted(mark(value))}\n")


@place("operator podTemplate env")
def operator(name, value, rnd):
    return head("Kafka", "kafka.strimzi.io/v1beta2", rnd) + (
        "spec:\n  kafka:\n    replicas: 3\n    template:\n      kafkaContainer:\n        env:\n"
        + block(entry(name, value), 8) + "\n")


@place("OpenTelemetryCollector config", "snake")
def otel(name, value, rnd):
    return head("OpenTelemetryCollector", "opentelemetry.io/v1beta1", rnd) + (
        "spec:\n  config:\n    exporters:\n      otlphttp:\n        endpoint: https://otel.acme.example\n"
        f"        headers:\n          {name.replace('_', '-')}: {quoted(mark(value))}\n")


@place("Jenkins configuration as code", "camel")
def jenkins(name, value, rnd):
    return head("ConfigMap", "v1", rnd) + "data:\n  jenkins.yaml: |\n" + block(
        "credentials:\n  system:\n    domainCredentials:\n    - credentials:\n      - usernamePassword:\n"
        f"          id: git\n          username: ci\n          {name}: {quoted(mark(value))}\n", 4) + "\n"
