// How a command prints objects: as a table for people, or whole as JSON or YAML.
//
//   if (IsStructured(output)) { PrintJson(object, output, out); return kExitOk; }
#pragma once

#include <cstdint>
#include <iosfwd>
#include <nlohmann/json_fwd.hpp>
#include <string>

namespace keysteward::cli {

enum class OutputFormat : uint8_t { kTable, kWide, kJson, kYaml };

inline bool IsStructured(OutputFormat output) {
  return output == OutputFormat::kJson || output == OutputFormat::kYaml;
}

// YAML 1.1 and 1.2 in block style, two blanks deep. Every string is written as a JSON string, so no
// text can be read back as a number, a boolean or structure.
std::string ToYaml(const nlohmann::json& value);

// With a line end; `output` is kJson or kYaml. Members that only servers read (managedFields) are
// left out.
void PrintJson(nlohmann::json value, OutputFormat output, std::ostream& out);

// {"apiVersion":"v1","kind":"List","items":[…]}, as kubectl prints several objects.
nlohmann::json ListOf(nlohmann::json items);

}  // namespace keysteward::cli
