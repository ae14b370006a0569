// FieldSources: small generated and reviewed texts for tests of the compiler of fields.
//
//   EXPECT_EQ(CompileError(kTypes, kReview), "");
#pragma once

#include <string>
#include <string_view>

#include "detection/fields/compiler/field_compiler.h"

namespace keysteward::detection {

inline constexpr std::string_view kSmallTypes = R"(version: v9
kinds:
  v1 Pod: core.v1.Pod
types:
  core.v1.Env:
    name: string
    value: string
    valueFrom: core.v1.Source
  core.v1.Pod:
    env: list core.v1.Env
    labels: map string
    volumes: map list core.v1.Volume
  core.v1.Selector:
    key: string
    name: string
  core.v1.Source:
    secretKeyRef: core.v1.Selector, secret
  core.v1.Volume:
    mode: string enum
    secret: core.v1.VolumeSecret
  core.v1.VolumeSecret:
    named: string, secret
)";

inline constexpr std::string_view kSmallReview = R"(
names: [{use: reference, names: [key, secretKeyRef]}, {use: literal environment, names: [env]}]
endings: [{use: reference, endings: [Ref]}]
objects: [Secret]
root: {apiVersion: reference, kind: reference}
schemas: {string enum: reference}
fields:
- use: literal
  at: [core.v1.Env.value]
- use: reference
  at: ['*.name', '*.named', '*.labels']
secrets:
- why: an entry
  at: [core.v1.Selector.key]
- why: a file
  at: [core.v1.Volume.secret]
)";

inline Result<CompiledFields> CompileTexts(std::string_view types_text,
                                           std::string_view review_text) {
  KS_ASSIGN_OR_RETURN(const KubernetesTypes types, ReadKubernetesTypes("types.yaml", types_text));
  FieldReview review;
  KS_RETURN_IF_ERROR(AddReview("review.yaml", review_text, review));
  return CompileFields(types, review);
}

inline std::string CompileError(std::string_view types, std::string_view review) {
  const Result<CompiledFields> fields = CompileTexts(types, review);
  return fields ? "" : fields.error().message;
}

// `text` with the first `from` in it as `to`.
inline std::string With(std::string_view text, std::string_view from, std::string_view to) {
  const size_t at = text.find(from);
  if (at == std::string_view::npos) return "no such text: " + std::string(from);
  return std::string(text.substr(0, at)) + std::string(to) +
         std::string(text.substr(at + from.size()));
}

}  // namespace keysteward::detection
