#include "kube/config/yaml_document.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <nlohmann/json.hpp>
#include <sstream>
#include <vector>

#include "common/json.h"
#include "common/strings.h"

namespace keysteward::kube {

using nlohmann::json;

namespace {

// Thrown through yaml-cpp, which offers no other way to stop it; caught in ReadYamlDocument.
struct Refused {
  Error error;
};

std::string At(const YAML::Mark& mark) { return "line " + std::to_string(mark.line + 1) + ": "; }

// Builds the tree from the events: a stack of open containers, the pending key beside each map.
class TreeBuilder final : public YAML::EventHandler {
 public:
  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    Add(mark, anchor, nullptr);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    throw Refused{Error::InvalidArgument(At(mark) + "anchors and aliases are not accepted")};
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    if (AwaitsKey()) {
      SetKey(mark, value);
      return;
    }
    const bool plain = tag == "?";
    if (plain && (value == "true" || value == "false")) {
      Add(mark, anchor, value == "true");
    } else if (plain && (value == "null" || value == "~" || value.empty())) {
      Add(mark, anchor, nullptr);
    } else {
      Add(mark, anchor, value);
    }
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    Open(mark, anchor, json::array());
  }
  void OnSequenceEnd() override { open_.pop_back(); }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    Open(mark, anchor, json::object());
  }
  void OnMapEnd() override { open_.pop_back(); }

  json TakeRoot() { return std::move(root_); }

 private:
  struct Container {
    json* value;
    std::string key;
    bool has_key = false;
  };

  bool AwaitsKey() const {
    return !open_.empty() && open_.back().value->is_object() && !open_.back().has_key;
  }

  void SetKey(const YAML::Mark& mark, const std::string& key) {
    Container& map = open_.back();
    if (map.value->contains(key)) {
      throw Refused{
          Error::InvalidArgument(At(mark) + "key \"" + Printable(key, 64) + "\" comes twice")};
    }
    map.key = key;
    map.has_key = true;
  }

  json* Add(const YAML::Mark& mark, YAML::anchor_t anchor, json value) {
    if (anchor != YAML::NullAnchor) OnAlias(mark, anchor);
    if (AwaitsKey()) throw Refused{Error::InvalidArgument(At(mark) + "a key must be a scalar")};
    if (open_.empty()) return &(root_ = std::move(value));
    Container& parent = open_.back();
    if (parent.value->is_array()) return &parent.value->emplace_back(std::move(value));
    parent.has_key = false;
    return &((*parent.value)[parent.key] = std::move(value));
  }

  void Open(const YAML::Mark& mark, YAML::anchor_t anchor, json container) {
    if (open_.size() >= kMaxDocumentDepth) {
      throw Refused{
          Error::TooLarge(At(mark) + "nested deeper than " + std::to_string(kMaxDocumentDepth))};
    }
    open_.push_back({Add(mark, anchor, std::move(container)), "", false});
  }

  json root_;
  // A container never moves while it is open: only its innermost open child grows.
  std::vector<Container> open_;
};

}  // namespace

Result<json> ReadYamlDocument(std::string_view text) {
  if (text.size() > kMaxYamlBytes) {
    return Error::TooLarge("larger than " + std::to_string(kMaxYamlBytes) + " bytes");
  }
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    TreeBuilder builder;
    if (!parser.HandleNextDocument(builder)) return json(nullptr);
    TreeBuilder rest;
    if (parser.HandleNextDocument(rest)) {
      return Error::InvalidArgument("more than one YAML document");
    }
    return builder.TakeRoot();
  } catch (const Refused& refused) {
    return refused.error;
  } catch (const YAML::Exception& failure) {
    return Error::InvalidArgument(At(failure.mark) + "not YAML: " + Printable(failure.msg, 128));
  }
}

}  // namespace keysteward::kube
