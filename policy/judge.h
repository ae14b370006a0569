// Judge: one object, one verdict, for admission, scan and background report alike.
//
// Pure function of (object, snapshot, secrets, time): same input, same findings, same text, same
// severity. Threads share the engine and bring their own scratch.
//
//   const Verdict verdict = Judge({.object = root, .identity = IdentityOf(root)}, context);
//   if (verdict.action == Action::kDeny) Refuse(verdict.message);
#pragma once

#include <span>
#include <string>
#include <vector>

#include "common/clock.h"
#include "detection/engine/engine.h"
#include "detection/fields/secret_references.h"
#include "detection/reader/comments.h"
#include "policy/policy.h"
#include "policy/secret_lookup.h"

namespace keysteward::policy {

enum class Operation : uint8_t { kCreate, kUpdate, kDelete };

struct Review {
  const detection::Node* object = nullptr;  // nullptr only for kDelete
  const detection::Node* old_object = nullptr;
  detection::ObjectIdentity identity;  // the namespace is the request's
  Operation operation = Operation::kCreate;
  std::string user;  // userInfo.username; empty in a scan
  Labels namespace_labels;
};

struct JudgeContext {
  const detection::Engine& engine;
  detection::Scratch& scratch;
  const PolicySnapshot& snapshot;
  const SecretLookup& secrets;
  WallTime now;
  // This installation's live keys; nullptr where none are known, as in files.
  const detection::Tripwire* tripwire = nullptr;
};

struct Judgement {
  detection::Finding finding;
  Action action = Action::kAllow;  // Allow: low confidence, for completeness
  bool existing = false;           // was in the old object, or is a controller's copy
  std::string exception;           // name of the exception that covers it
  std::string message;             // one line: path, rule, why
  std::string fix;                 // one line
};

struct Verdict {
  Action action = Action::kAllow;     // of the worst judgement
  std::vector<Judgement> judgements;  // worst first, then by path
  std::string message;                // for a denial, at most 3 lines
  std::vector<std::string> warnings;  // at most 5, each at most 256 bytes
};

Verdict Judge(const Review& review, const JudgeContext& context);

// The halves of it, for a scan of files, which knows all Secrets only when it has read everything:
// what stands in the object, and what it uses. The second does not look at review.object; neither
// knows of an old one.
Verdict JudgeLiterals(const Review& review, const JudgeContext& context);
Verdict JudgeReferences(const Review& review, std::span<const detection::SecretReference> uses,
                        const JudgeContext& context);

// An object of an unrendered template, its actions masked: literals alone, at most warnings.
Verdict JudgeTemplate(const detection::Node& object, const JudgeContext& context);
// Text without structure; findings are at most warnings.
Verdict JudgeText(std::string_view text, const JudgeContext& context);
// The comments of a file. No API server sees them, so only scans of files ask, and what admission
// lets pass is no more than warned about.
Verdict JudgeComments(std::span<const detection::Comment> comments, const JudgeContext& context);

}  // namespace keysteward::policy
