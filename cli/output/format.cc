#include "cli/output/format.h"

#include <nlohmann/json.hpp>
#include <ostream>

#include "common/json.h"
#include "common/utf8.h"

namespace keysteward::cli {

using nlohmann::json;

namespace {

void Write(const json& value, size_t indent, std::string& out);

// \uXXXX; all hidden characters have four digits.
std::string Escape(char32_t code) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string escape = "\\u";
  for (int shift = 12; shift >= 0; shift -= 4) escape += kDigits[code >> shift & 15];
  return escape;
}

// A JSON text is a YAML one, but for characters that YAML takes for line ends or does not take.
std::string Quoted(const json& text) {
  const std::string quoted = DumpJson(text);
  std::string out;
  for (std::string_view rest = quoted; !rest.empty();) {
    const Utf8Char c = FirstUtf8Char(rest);
    out += IsHidden(c.code) ? Escape(c.code) : std::string(rest.substr(0, c.size));
    rest.remove_prefix(c.size);
  }
  return out;
}

std::string Scalar(const json& value) {
  if (value.is_object()) return "{}";
  if (value.is_array()) return "[]";
  return value.is_string() ? Quoted(value) : DumpJson(value);
}

bool IsBlock(const json& value) { return value.is_structured() && !value.empty(); }

void WriteMembers(const json& object, size_t indent, std::string& out) {
  bool first = true;
  for (const auto& [name, member] : object.items()) {
    if (!first) out.append(indent, ' ');
    first = false;
    out += Quoted(json(name)) + ":";
    if (!IsBlock(member)) {
      out += " " + Scalar(member) + "\n";
      continue;
    }
    out += "\n";
    out.append(indent + 2, ' ');
    Write(member, indent + 2, out);
  }
}

// The caller has already indented the first line.
void Write(const json& value, size_t indent, std::string& out) {
  if (value.is_object()) return WriteMembers(value, indent, out);
  bool first = true;
  for (const json& item : value) {
    if (!first) out.append(indent, ' ');
    first = false;
    out += "- ";
    if (IsBlock(item)) {
      Write(item, indent + 2, out);
    } else {
      out += Scalar(item) + "\n";
    }
  }
}

void DropManagedFields(json& value) {
  if (!value.is_object()) return;
  if (value.contains("metadata") && value["metadata"].is_object()) {
    value["metadata"].erase("managedFields");
  }
  if (!value.contains("items") || !value["items"].is_array()) return;
  for (json& item : value["items"]) DropManagedFields(item);
}

}  // namespace

std::string ToYaml(const json& value) {
  std::string out;
  if (!IsBlock(value)) return Scalar(value) + "\n";
  Write(value, 0, out);
  return out;
}

void PrintJson(json value, OutputFormat output, std::ostream& out) {
  DropManagedFields(value);
  if (output == OutputFormat::kYaml) {
    out << ToYaml(value);
    return;
  }
  out << value.dump(2, ' ', false, json::error_handler_t::replace) << '\n';
}

json ListOf(json items) {
  return {{"apiVersion", "v1"}, {"kind", "List"}, {"items", std::move(items)}};
}

}  // namespace keysteward::cli
