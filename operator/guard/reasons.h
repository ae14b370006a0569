// Reasons of the Events about the installation itself; docs/events.md explains them.
#pragma once

#include <functional>

#include "kube/events/event.h"

namespace keysteward::op {

namespace event {
inline constexpr const char* kRegistrationRestored = "RegistrationRestored";
inline constexpr const char* kRegistrationChanged = "RegistrationChanged";
inline constexpr const char* kServiceChanged = "ServiceChanged";
inline constexpr const char* kKindsMissing = "KindsMissing";
inline constexpr const char* kDeclarationMissing = "DeclarationMissing";
inline constexpr const char* kRightsChanged = "RightsChanged";
}  // namespace event

using RecordEvent = std::function<void(kube::Event)>;

}  // namespace keysteward::op
