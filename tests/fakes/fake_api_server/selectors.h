// Label and field selectors in the syntax of the API ("app=web,tier in (a,b),!canary",
// "metadata.name=x").
//
//   KS_ASSIGN_OR_RETURN(Selector selector, Selector::Parse("app=web", "metadata.name=api"));
//   if (selector.Matches(object)) …
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "common/result.h"

namespace keysteward::kube {

class Selector {
 public:
  // kInvalidArgument for wrong syntax, and for fields that no kind can be selected by.
  static Result<Selector> Parse(std::string_view labels, std::string_view fields);

  bool Matches(const nlohmann::json& object) const;

 private:
  enum class Operator { kIn, kNotIn, kExists, kDoesNotExist };
  struct Requirement {
    std::string key;
    Operator op = Operator::kIn;
    std::vector<std::string> values;
  };
  static Result<Requirement> ParseLabel(std::string_view text);
  static Result<Requirement> ParseField(std::string_view text);
  static bool Holds(const Requirement& requirement, const std::string* value);

  std::vector<Requirement> labels_;
  std::vector<Requirement> fields_;
};

}  // namespace keysteward::kube
