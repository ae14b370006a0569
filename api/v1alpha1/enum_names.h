// EnumNames: the spelling in YAML of each enumerator of our kinds, written once beside the enum.
//
// Enumerators are contiguous from 0 and in the order of kNames, so a name is an index.
//
//   enum class Urgency { kNormal, kEmergency };
//   template <> struct EnumNames<Urgency> {
//     static constexpr std::string_view kNames[] = {"Normal", "Emergency"};
//   };
//   EnumName(Urgency::kEmergency) == "Emergency"; ParseEnum<Urgency>("normal") == std::nullopt
#pragma once

#include <cstddef>
#include <iterator>
#include <optional>
#include <string_view>

namespace keysteward::api::v1alpha1 {

template <typename E>
struct EnumNames;

template <typename E>
constexpr std::string_view EnumName(E value) {
  return EnumNames<E>::kNames[static_cast<size_t>(value)];
}

// Exact spelling only: Kubernetes enums are case-sensitive.
template <typename E>
constexpr std::optional<E> ParseEnum(std::string_view name) {
  for (size_t i = 0; i < std::size(EnumNames<E>::kNames); ++i) {
    if (EnumNames<E>::kNames[i] == name) return static_cast<E>(i);
  }
  return std::nullopt;
}

}  // namespace keysteward::api::v1alpha1
