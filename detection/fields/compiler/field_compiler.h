// CompileFields: generated types and reviewed meanings to the arrays that the programs embed.
//
// Pure. Errors: kInvalidArgument with one line for each problem: what it is about, what is wrong,
// what to do.
//
//   KS_ASSIGN_OR_RETURN(const CompiledFields fields, CompileFields(types, review));
//   const FieldTable table(fields.data());
#pragma once

#include <string>
#include <vector>

#include "common/result.h"
#include "detection/fields/compiler/field_review.h"
#include "detection/fields/compiler/kubernetes_types.h"
#include "detection/fields/field_data.h"

namespace keysteward::detection {

struct CompiledFields {
  std::string text;
  std::vector<FieldData::Member> members;
  std::vector<FieldData::State> states;
  std::vector<FieldData::Kind> kinds;
  std::vector<FieldData::Ending> endings;
  std::vector<FieldData::Text> object_ends;

  // Shows these vectors, which outlive it.
  FieldData data() const { return {text, members, states, kinds, endings, object_ends}; }
};

Result<CompiledFields> CompileFields(const KubernetesTypes& types, const FieldReview& review);

}  // namespace keysteward::detection
