// PackedMetadata: the metadata of an object as one block of bytes, a fifth of what ObjectMeta
// takes: a cluster may have a hundred thousand Secrets, and the webhook knows all of them.
//
// Immutable; holds everything that ObjectMeta holds.
//
//   const PackedMetadata packed(secret.metadata);
//   packed.namespace_name(), packed.name();       // views into the block
//   packed.Unpack().Annotation("keysteward.dev/owner");
#pragma once

#include <memory>
#include <string_view>

#include "api/meta/object_meta.h"

namespace keysteward::kube {

class PackedMetadata {
 public:
  explicit PackedMetadata(const api::ObjectMeta& metadata);

  // Valid as long as this object.
  std::string_view namespace_name() const;
  std::string_view name() const;
  api::ObjectMeta Unpack() const;

 private:
  // Each number in groups of seven bits, the lowest first; each text after its length.
  std::unique_ptr<const char[]> bytes_;
};

}  // namespace keysteward::kube
