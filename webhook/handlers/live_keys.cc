#include "webhook/handlers/live_keys.h"

#include <vector>

#include "api/v1alpha1/annotations.h"

namespace keysteward::webhook {

namespace v1 = api::v1alpha1;

namespace {

constexpr Duration kPause = std::chrono::seconds(1);

}  // namespace

bool LiveKeys::IsStaged(const api::core::PartialObjectMetadata& secret) const {
  return secret.metadata.namespace_name == our_namespace_ &&
         secret.metadata.Label(v1::kStagedLabel) == "true";
}

void LiveKeys::TakeKey(const api::core::Secret* secret) {
  std::optional<SecretBytes> key;
  if (secret != nullptr) {
    Result<SecretBytes> value = secret->Value(v1::kTripwireKeyEntry);
    if (value) key = *std::move(value);
  }
  const MutexLock lock(mutex_);
  key_ = std::move(key);
  changed_ = true;
  built_.reset();  // all marks change their meaning
}

void LiveKeys::TakeStaged(const api::core::PartialObjectMetadata* before,
                          const api::core::PartialObjectMetadata* after) {
  const bool was = before != nullptr && IsStaged(*before);
  const bool is = after != nullptr && IsStaged(*after);
  if (!was && !is) return;
  const MutexLock lock(mutex_);
  if (is) {
    std::string& mark = marks_[after->metadata.name];
    const std::string now = after->metadata.Annotation(v1::kTripwireAnnotation);
    changed_ |= mark != now;
    mark = now;
  } else {
    changed_ |= marks_.erase(before->metadata.name) > 0;
  }
}

void LiveKeys::Rebuild() const {
  std::vector<std::string> marks;
  if (key_) {
    for (const auto& [name, mark] : marks_) marks.push_back(mark);
  }
  current_ =
      std::make_shared<const detection::Tripwire>(key_ ? key_->Clone() : SecretBytes(), marks);
  changed_ = false;
  built_ = clock_.MonoNow();
}

std::shared_ptr<const detection::Tripwire> LiveKeys::Current() const {
  const MutexLock lock(mutex_);
  if (changed_ && (!built_ || clock_.MonoNow() - *built_ >= kPause)) Rebuild();
  return current_;
}

}  // namespace keysteward::webhook
