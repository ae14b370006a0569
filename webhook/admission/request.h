// AdmissionRequest: one question of the API server (admission.k8s.io/v1), as far as handlers read
// it.
//
// The trees belong to the review that was decoded and live as long as it does.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "detection/reader/manifest_reader.h"

namespace keysteward::webhook {

// A review of more bytes is decoded and judged in buffers of its own, which go with it: those that
// are kept from review to review would keep the size of the largest there ever was.
inline constexpr size_t kLargeReview = 64u << 10;

enum class Operation { kCreate, kUpdate, kDelete, kConnect };

struct AdmissionRequest {
  std::string uid;
  size_t bytes = 0;  // of the whole review
  Operation operation = Operation::kCreate;
  std::string group;  // of the object's kind
  std::string version;
  std::string kind;
  std::string resource;  // plural
  std::string subresource;
  std::string namespace_name;
  std::string name;  // empty for generateName
  std::string user;
  std::string user_uid;
  std::vector<std::string> groups;
  std::map<std::string, std::vector<std::string>> user_extra;
  bool dry_run = false;
  const detection::Node* object = nullptr;      // absent on DELETE
  const detection::Node* old_object = nullptr;  // present on UPDATE and DELETE
};

// A decoded review; owns the trees its request points into.
struct AdmissionReview {
  AdmissionRequest request;
  // Why no handler may judge it: it is a review, but not one an API server would send. Empty: fine.
  std::string refusal;
  detection::ManifestFile file;
};

}  // namespace keysteward::webhook
