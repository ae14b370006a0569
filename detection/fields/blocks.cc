#include "detection/fields/blocks.h"

#include "common/char_class.h"
#include "common/strings.h"
#include "detection/fields/shapes.h"

namespace keysteward::detection {
namespace {

using View = std::string_view;

constexpr CharClass kNameChars("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.");
constexpr CharClass kEndsWord(" \t;{}");

View TrimLeft(View line) {
  while (!line.empty() && (line[0] == ' ' || line[0] == '\t')) line.remove_prefix(1);
  return line;
}

}  // namespace

bool BlockReader::Open(View line) {
  const View trimmed = TrimLeft(line);
  View rest;
  if (trimmed.starts_with("variable \"")) {
    block_ = Block::kVariable;
    rest = trimmed.substr(10);
  } else if (trimmed.starts_with("map $")) {
    block_ = Block::kMap;
    rest = trimmed.substr(5);
  } else {
    return false;
  }
  name_ = rest.substr(0, kNameChars.FindOther(rest));
  if (name_.empty() || rest.find('{') == View::npos || !HoldsCredentialWord(name_)) {
    block_ = Block::kNone;
  }
  return true;
}

// "x" 1; "y" 2;
void BlockReader::TakeEntries(View entries, std::vector<Assignment>& pairs, size_t limit) const {
  while (pairs.size() < limit && !(entries = TrimLeft(entries)).empty()) {
    View word;
    if (!ReadQuoted(entries, 0, word)) word = entries.substr(0, kEndsWord.Find(entries));
    if (LooksGenerated(word) && word[0] != '~') pairs.push_back({name_, word});
    const size_t end = entries.find(';');
    if (end == View::npos) return;
    entries.remove_prefix(end + 1);
  }
}

bool BlockReader::HasLoginModule() {
  if (!login_module_) login_module_ = text_.find("LoginModule") != View::npos;
  return *login_module_;
}

void BlockReader::TakeLabelled(std::vector<Assignment>& pairs, size_t first, size_t end,
                               size_t limit) {
  View label;
  for (size_t i = first; i < end && pairs.size() < limit; ++i) {
    const Assignment pair = pairs[i];
    if (pair.name == "name" && HoldsCredentialWord(pair.value)) label = pair.value;
    if (pair.name == "value" && !label_.empty()) pairs.push_back({label_, pair.value});
  }
  label_ = label;
}

void BlockReader::Take(View line, std::vector<Assignment>& pairs, size_t first, size_t limit) {
  const size_t end = pairs.size();
  TakeLabelled(pairs, first, end, limit);
  const bool opens = Open(line);
  for (size_t i = first; i < end && pairs.size() < limit; ++i) {
    const Assignment pair = pairs[i];
    if (block_ == Block::kVariable && pair.name == "default") pairs.push_back({name_, pair.value});
    if (pair.name.starts_with("user_") && HasLoginModule()) {
      pairs.push_back({"password", pair.value});
    }
  }
  if (block_ == Block::kMap) {
    TakeEntries(opens ? line.substr(line.find('{') + 1) : line, pairs, limit);
  }
  // Terraform's blocks hold others; the one that ends at the margin is the variable.
  const bool closes = block_ == Block::kMap ? line.find('}') != View::npos : line.starts_with('}');
  if (closes) block_ = Block::kNone;
  if (opens && block_ == Block::kVariable && Trim(line).ends_with('}')) block_ = Block::kNone;
}

}  // namespace keysteward::detection
