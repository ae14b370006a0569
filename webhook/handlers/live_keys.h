// LiveKeys: the marks of this installation's live keys, as the operator's Secrets say at the
// moment.
//
// Fed by the informers of our namespace; a change counts within a second, so that a storm of
// rotations does not build the set anew for each of them. Thread-safe.
//
//   secrets.AddEventHandler([&](const auto& change, bool) { keys.TakeStaged(change…); });
//   const std::shared_ptr<const detection::Tripwire> tripwire = keys.Current();
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "api/core/partial_object_metadata.h"
#include "api/core/secret_types.h"
#include "common/clock.h"
#include "common/mutex.h"
#include "detection/engine/tripwire.h"

namespace keysteward::webhook {

class LiveKeys {
 public:
  // `clock` outlives this object.
  LiveKeys(std::string our_namespace, const Clock& clock)
      : our_namespace_(std::move(our_namespace)), clock_(clock) {}

  // The Secret that keys the marks; nullptr when it is gone.
  void TakeKey(const api::core::Secret* secret);
  // Any Secret's metadata, before and after a change; nullptr where there is none. Others than
  // staged keys are passed over.
  void TakeStaged(const api::core::PartialObjectMetadata* before,
                  const api::core::PartialObjectMetadata* after);

  // Never nullptr; holds nothing without a key.
  std::shared_ptr<const detection::Tripwire> Current() const;

 private:
  bool IsStaged(const api::core::PartialObjectMetadata& secret) const;
  void Rebuild() const REQUIRES(mutex_);

  const std::string our_namespace_;
  const Clock& clock_;
  mutable Mutex mutex_;
  std::optional<SecretBytes> key_ GUARDED_BY(mutex_);
  std::map<std::string, std::string> marks_ GUARDED_BY(mutex_);  // by name of the Secret
  mutable bool changed_ GUARDED_BY(mutex_) = false;
  mutable std::optional<MonoTime> built_ GUARDED_BY(mutex_);
  mutable std::shared_ptr<const detection::Tripwire> current_ GUARDED_BY(mutex_) =
      std::make_shared<const detection::Tripwire>();
};

}  // namespace keysteward::webhook
