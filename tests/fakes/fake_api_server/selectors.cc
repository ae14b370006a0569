#include "tests/fakes/fake_api_server/selectors.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "common/strings.h"

namespace keysteward::kube {

using nlohmann::json;

namespace {

// Commas inside parentheses belong to a set of values.
std::vector<std::string_view> SplitRequirements(std::string_view text) {
  std::vector<std::string_view> out;
  size_t start = 0;
  int depth = 0;
  for (size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size() && text[i] == '(') ++depth;
    if (i < text.size() && text[i] == ')') --depth;
    if (i < text.size() && (text[i] != ',' || depth > 0)) continue;
    out.push_back(Trim(text.substr(start, i - start)));
    start = i + 1;
  }
  return out;
}

Error SyntaxError(std::string_view kind, std::string_view text) {
  return Error::InvalidArgument("unable to parse " + std::string(kind) + " selector: \"" +
                                std::string(text) + "\"");
}

std::vector<std::string> ParseValues(std::string_view text) {
  std::vector<std::string> out;
  for (const std::string_view value : Split(text, ',')) out.emplace_back(Trim(value));
  return out;
}

const json* FindPath(const json& object, const std::string& dotted) {
  const json* here = &object;
  for (const std::string_view step : Split(dotted, '.')) {
    const auto found = here->is_object() ? here->find(step) : here->end();
    if (found == here->end()) return nullptr;
    here = &*found;
  }
  return here;
}

bool Selectable(const std::string& field) {
  return field == "metadata.name" || field == "metadata.namespace" || field == "status.phase" ||
         field == "type" || field.rfind("spec.", 0) == 0;
}

// "a=b", "a==b", "a!=b": where the operator starts and ends, or npos.
std::pair<size_t, size_t> FindEquality(std::string_view text) {
  const size_t at = text.find('=');
  if (at == std::string_view::npos) return {at, at};
  if (at > 0 && text[at - 1] == '!') return {at - 1, at + 1};
  if (at + 1 < text.size() && text[at + 1] == '=') return {at, at + 2};
  return {at, at + 1};
}

}  // namespace

Result<Selector::Requirement> Selector::ParseLabel(std::string_view text) {
  if (text.empty()) return SyntaxError("label", text);
  if (text[0] == '!') {
    return Requirement{std::string(Trim(text.substr(1))), Operator::kDoesNotExist, {}};
  }
  if (const auto [begin, end] = FindEquality(text); begin != std::string_view::npos) {
    return Requirement{std::string(Trim(text.substr(0, begin))),
                       text[begin] == '!' ? Operator::kNotIn : Operator::kIn,
                       {std::string(Trim(text.substr(end)))}};
  }
  const size_t open = text.find('(');
  if (open == std::string_view::npos) {
    if (text.find(' ') != std::string_view::npos) return SyntaxError("label", text);
    return Requirement{std::string(text), Operator::kExists, {}};
  }
  if (text.back() != ')') return SyntaxError("label", text);
  const std::string_view head = Trim(text.substr(0, open));
  const size_t space = head.find(' ');
  const std::string_view word = space == std::string_view::npos ? "" : Trim(head.substr(space));
  if (word != "in" && word != "notin") return SyntaxError("label", text);
  return Requirement{std::string(head.substr(0, space)),
                     word == "in" ? Operator::kIn : Operator::kNotIn,
                     ParseValues(text.substr(open + 1, text.size() - open - 2))};
}

Result<Selector::Requirement> Selector::ParseField(std::string_view text) {
  const auto [begin, end] = FindEquality(text);
  if (begin == std::string_view::npos) return SyntaxError("field", text);
  const std::string field(Trim(text.substr(0, begin)));
  if (!Selectable(field)) {
    return Error::InvalidArgument("field label not supported: " + field);
  }
  return Requirement{field,
                     text[begin] == '!' ? Operator::kNotIn : Operator::kIn,
                     {std::string(Trim(text.substr(end)))}};
}

Result<Selector> Selector::Parse(std::string_view labels, std::string_view fields) {
  Selector selector;
  if (!Trim(labels).empty()) {
    for (const std::string_view text : SplitRequirements(labels)) {
      KS_ASSIGN_OR_RETURN(Requirement requirement, ParseLabel(text));
      selector.labels_.push_back(std::move(requirement));
    }
  }
  if (!Trim(fields).empty()) {
    for (const std::string_view text : SplitRequirements(fields)) {
      KS_ASSIGN_OR_RETURN(Requirement requirement, ParseField(text));
      selector.fields_.push_back(std::move(requirement));
    }
  }
  return selector;
}

bool Selector::Holds(const Requirement& requirement, const std::string* value) {
  const auto listed = [&] {
    return std::find(requirement.values.begin(), requirement.values.end(), *value) !=
           requirement.values.end();
  };
  switch (requirement.op) {
    case Operator::kIn:
      return value != nullptr && listed();
    case Operator::kNotIn:
      return value == nullptr || !listed();
    case Operator::kExists:
      return value != nullptr;
    case Operator::kDoesNotExist:
      return value == nullptr;
  }
  return false;
}

bool Selector::Matches(const json& object) const {
  const json labels = object.value("/metadata/labels"_json_pointer, json::object());
  for (const Requirement& requirement : labels_) {
    const auto found = labels.find(requirement.key);
    const std::string value = found == labels.end() ? "" : found->get<std::string>();
    if (!Holds(requirement, found == labels.end() ? nullptr : &value)) return false;
  }
  for (const Requirement& requirement : fields_) {
    const json* found = FindPath(object, requirement.key);
    // A field selector sees an absent field as empty text.
    const std::string value =
        found == nullptr || !found->is_string() ? "" : found->get<std::string>();
    if (!Holds(requirement, &value)) return false;
  }
  return true;
}

}  // namespace keysteward::kube
