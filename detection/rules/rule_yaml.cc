#include "detection/rules/rule_yaml.h"

#include <yaml-cpp/eventhandler.h>

#include <sstream>

#include "common/utf8.h"

namespace keysteward::detection {
namespace {

constexpr size_t kMostNodes = 200'000;

// Refuses anchors, aliases and sheer number before any node is built.
class Guard final : public YAML::EventHandler {
 public:
  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override { Check(mark, anchor); }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override { Check(mark, 1); }
  void OnScalar(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                const std::string&) override {
    Check(mark, anchor);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    Check(mark, anchor);
  }
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    Check(mark, anchor);
  }
  void OnMapEnd() override {}

 private:
  void Check(const YAML::Mark& mark, YAML::anchor_t anchor) {
    if (anchor != YAML::NullAnchor) {
      throw YAML::ParserException(mark, "anchors and aliases are not allowed");
    }
    if (++nodes_ > kMostNodes) throw YAML::ParserException(mark, "too many nodes");
  }

  size_t nodes_ = 0;
};

Result<YAML::Node> Load(std::string_view file, std::string_view text) {
  std::istringstream stream{std::string(text)};
  Guard guard;
  YAML::Parser parser(stream);
  // Asked at most twice: at text that begins no document the parser answers forever without moving.
  if (parser.HandleNextDocument(guard) && parser.HandleNextDocument(guard)) {
    return AtLine(file, 1, "expected one document");
  }
  const YAML::Node root = YAML::Load(std::string(text));
  if (!root.IsMap()) return AtLine(file, 1, "expected a mapping");
  return root;
}

}  // namespace

Error AtLine(std::string_view file, size_t line, std::string_view message) {
  return Error::InvalidArgument(std::string(file) + ":" + std::to_string(line) + ": " +
                                std::string(message));
}

size_t LineOf(const YAML::Mark& mark) { return mark.line < 0 ? 1 : size_t(mark.line) + 1; }

Result<void> CheckRuleText(std::string_view file, std::string_view text) {
  if (text.size() > kLargestRuleFile) {
    return Error::TooLarge(std::string(file) + ": larger than 1 MiB");
  }
  size_t line = 1;
  while (!text.empty()) {
    const Utf8Char c = FirstUtf8Char(text);
    if (!c.valid) return AtLine(file, line, "not UTF-8");
    const bool blank = c.code == '\n' || c.code == '\t' || c.code == '\r';
    if (c.code < 0x20 && !blank) return AtLine(file, line, "a control character");
    line += c.code == '\n';
    text.remove_prefix(c.size);
  }
  return {};
}

Result<YAML::Node> ReadYamlMapping(std::string_view file, std::string_view text) {
  KS_RETURN_IF_ERROR(CheckRuleText(file, text));
  try {
    return Load(file, text);
  } catch (const YAML::Exception& e) {
    return AtLine(file, LineOf(e.mark), e.msg);
  }
}

}  // namespace keysteward::detection
