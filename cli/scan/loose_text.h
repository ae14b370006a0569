// What a file holds besides objects that an API server would see as they stand.
//
// JudgeLooseText: comments, the literals in a template's actions, or all of a text that makes no
// objects.
//
//   for (policy::Verdict& verdict : JudgeLooseText(text, manifest, context)) …
#pragma once

#include <string_view>
#include <vector>

#include "detection/reader/manifest_reader.h"
#include "policy/judge.h"

namespace keysteward::cli {

std::vector<policy::Verdict> JudgeLooseText(std::string_view text,
                                            const detection::ManifestFile& manifest,
                                            const policy::JudgeContext& context);

// The object's identity as far as it is known: not what a template computes of it.
detection::ObjectIdentity IdentityIn(const detection::ManifestFile& manifest,
                                     const detection::Node& object);

}  // namespace keysteward::cli
