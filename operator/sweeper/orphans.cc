#include "operator/sweeper/orphans.h"

#include <charconv>

#include "common/strings.h"

namespace keysteward::op {
namespace {

std::optional<int64_t> WholeNumber(std::string_view text) {
  int64_t number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc() || end != text.data() + text.size() || number < 1) return std::nullopt;
  return number;
}

}  // namespace

std::optional<KeyLabelParts> ParseKeyLabel(const std::string& label) {
  const std::vector<std::string_view> parts = Split(label, '/');
  if (parts.size() != 4 || parts[0] != "keysteward" || parts[1].empty() || parts[2].empty()) {
    return std::nullopt;
  }
  const std::vector<std::string_view> numbers = Split(parts[3], '-');
  if (numbers.size() != 2) return std::nullopt;
  const std::optional<int64_t> generation = WholeNumber(numbers[0]);
  const std::optional<int64_t> attempt = WholeNumber(numbers[1]);
  if (!generation || !attempt) return std::nullopt;
  return KeyLabelParts{std::string(parts[1]), std::string(parts[2]), *generation, *attempt};
}

std::vector<ListedKey> FindOrphans(const std::vector<ListedKey>& listed,
                                   const std::string& installation, const Claims& claims) {
  std::vector<ListedKey> orphans;
  for (const ListedKey& key : listed) {
    const std::optional<KeyLabelParts> label = ParseKeyLabel(key.label);
    if (!label || label->installation != installation) continue;
    if (claims.key_ids.contains(key.id)) continue;
    if (claims.generations.contains({label->credential_uid, label->generation})) continue;
    orphans.push_back(key);
  }
  return orphans;
}

}  // namespace keysteward::op
