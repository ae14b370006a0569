#include "detection/rules/rule_table.h"

#include <cstring>
#include <type_traits>

namespace keysteward::detection {
namespace {

constexpr std::string_view kMagic = "KSRULES2";

// One list of fields for both directions, so that they cannot differ.
template <typename Stream, typename RuleType>
void Fields(Stream& stream, RuleType& rule) {
  stream.Text(rule.id);
  stream.Text(rule.provider);
  stream.Text(rule.pattern);
  stream.Texts(rule.keywords);
  stream.Texts(rule.names);
  stream.Number(rule.validator);
  stream.Number(rule.confidence);
  stream.Number(rule.free_start);
  stream.Number(rule.minimum_entropy);
  stream.Numbers(rule.required_classes);
  stream.Text(rule.exclude);
  stream.Text(rule.remediation);
  stream.Texts(rule.examples);
  stream.Texts(rule.counterexamples);
}

class Writer {
 public:
  template <typename T>
  void Number(T value) {
    static_assert(std::is_arithmetic_v<T> || std::is_enum_v<T>);
    bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
  }
  void Size(size_t size) { Number(static_cast<uint32_t>(size)); }
  void Text(const std::string& text) {
    Size(text.size());
    bytes += text;
  }
  void Texts(const std::vector<std::string>& texts) {
    Size(texts.size());
    for (const std::string& text : texts) Text(text);
  }
  void Numbers(const std::vector<CharacterClass>& numbers) {
    Size(numbers.size());
    for (const CharacterClass number : numbers) Number(number);
  }

  std::string bytes{kMagic};
};

class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}

  template <typename T>
  void Number(T& value) {
    const std::string_view bytes = Take(sizeof value);
    if (bytes.size() == sizeof value) std::memcpy(&value, bytes.data(), sizeof value);
  }
  size_t Size() {
    uint32_t size = 0;
    Number(size);
    return size;
  }
  void Text(std::string& text) { text = Take(Size()); }
  void Texts(std::vector<std::string>& texts) {
    for (size_t left = Count(); left > 0; --left) Text(texts.emplace_back());
  }
  void Numbers(std::vector<CharacterClass>& numbers) {
    for (size_t left = Count(); left > 0; --left) Number(numbers.emplace_back());
  }
  // A number of things that follow, each of at least one byte.
  size_t Count() {
    const size_t count = Size();
    if (count > rest_.size()) short_ = true;
    return short_ ? 0 : count;
  }
  bool ended() const { return !short_ && rest_.empty(); }

 private:
  std::string_view Take(size_t size) {
    if (size > rest_.size()) short_ = true;
    if (short_) return {};
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }

  std::string_view rest_;
  bool short_ = false;
};

}  // namespace

std::string WriteRuleTable(const RuleSet& rules) {
  Writer writer;
  writer.Size(rules.rules.size());
  for (const Rule& rule : rules.rules) Fields(writer, rule);
  return std::move(writer.bytes);
}

Result<RuleSet> ReadRuleTable(std::string_view bytes) {
  if (!bytes.starts_with(kMagic)) return Error::InvalidArgument("no rule table of this build");
  Reader reader(bytes.substr(kMagic.size()));
  RuleSet set;
  const size_t count = reader.Count();
  set.rules.resize(count);
  for (Rule& rule : set.rules) Fields(reader, rule);
  if (!reader.ended()) return Error::InvalidArgument("the rule table is cut short");
  return set;
}

}  // namespace keysteward::detection
