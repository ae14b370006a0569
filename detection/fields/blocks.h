// BlockReader: pairs whose name stands on the line that opens a block: Terraform's
// `variable "db_password" {` with a default below, nginx' `map $http_x_api_key $ok {` with the keys
// that it lets pass; JAAS' logins, `user_app="x"`, which only its module makes passwords; and
// `name: DB_PASSWORD` with `value: x` on the next line, where a text makes no document.
//
// Takes the lines of one text in their order. Not thread-safe; linear in the text.
//
//   BlockReader blocks(text);
//   for (…) blocks.Take(line, pairs, first, limit);
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "detection/fields/assignments.h"

namespace keysteward::detection {

class BlockReader {
 public:
  explicit BlockReader(std::string_view text) : text_(text) {}

  // Appends to `pairs`, at most `limit` in all. The pairs from `first` on are those of the line.
  void Take(std::string_view line, std::vector<Assignment>& pairs, size_t first, size_t limit);

 private:
  enum class Block { kNone, kVariable, kMap };
  bool Open(std::string_view line);  // whether the line opens one
  void TakeEntries(std::string_view entries, std::vector<Assignment>& pairs, size_t limit) const;
  bool HasLoginModule();
  void TakeLabelled(std::vector<Assignment>& pairs, size_t first, size_t end, size_t limit);

  std::string_view text_;
  std::optional<bool> login_module_;  // asked once, when a line may need it
  Block block_ = Block::kNone;
  std::string_view name_;
  std::string_view label_;  // what the line before says that its value is called
};

}  // namespace keysteward::detection
