// FieldReview: what people wrote down about fields in detection/fields/**.yaml: by name, by type
// and member of a built-in kind, by place in a third-party kind. docs/field-table.md has the form.
//
// Pure. Part of the build-time program, not of the product.
//
//   FieldReview review;
//   KS_RETURN_IF_ERROR(AddReview("names.yaml", text, review));
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "common/result.h"
#include "detection/fields/field_data.h"

namespace keysteward::detection {

struct FieldReview {
  using Uses = std::map<std::string, FieldUse, std::less<>>;

  // Members of types: "core.v1.EnvVar.value", where * is any run of characters.
  struct Row {
    std::string at;
    FieldUse use;
    std::string place;  // "review.yaml:12"
  };
  // A member of a third-party kind: what it means, or the built-in type it is of.
  struct Path {
    std::string path;  // spec.template; * is any member; lists are not spelled
    FieldUse use;
    std::string type;
    std::string place;
  };
  struct ThirdParty {
    std::vector<std::string> groups;
    std::vector<std::string> kinds;
    std::vector<Path> fields;
  };

  Uses names;
  std::vector<std::pair<std::string, FieldUse>> endings;
  std::vector<std::string> objects;
  Uses root;
  std::map<std::string, std::string, std::less<>> root_types;
  Uses schemas;
  std::vector<Row> fields;   // the first that matches counts
  std::vector<Row> secrets;  // members below which no verdict depends on a Secret's name
  std::vector<ThirdParty> third_party;
};

// Adds the sections of one file. Errors: kInvalidArgument, "FILE:line: what is wrong".
Result<void> AddReview(std::string_view file, std::string_view text, FieldReview& review);

}  // namespace keysteward::detection
