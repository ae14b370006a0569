#include "kube/watch/json_reader.h"

#include <simdjson.h>

#include <nlohmann/json.hpp>

#include "common/json.h"

namespace keysteward::kube {

using nlohmann::json;
using Element = simdjson::dom::element;
using ElementType = simdjson::dom::element_type;

namespace {

// False when the value is nested too deep, or holds what json cannot.
bool Convert(const Element& element, size_t depth, json& out);

bool ConvertArray(const simdjson::dom::array& array, size_t depth, json& out) {
  out = json::array();
  auto& items = out.get_ref<json::array_t&>();
  items.reserve(array.size());
  for (const Element& item : array) {
    if (!Convert(item, depth, items.emplace_back())) return false;
  }
  return true;
}

bool ConvertObject(const simdjson::dom::object& object, size_t depth, json& out) {
  out = json::object();
  auto& members = out.get_ref<json::object_t&>();
  for (const auto& [key, value] : object) {
    // Of a duplicate key the last value wins, as in ParseJson.
    if (!Convert(value, depth, members[std::string(key)])) return false;
  }
  return true;
}

bool Convert(const Element& element, size_t depth, json& out) {
  switch (element.type()) {
    case ElementType::ARRAY:
      return depth < kMaxDocumentDepth &&
             ConvertArray(element.get_array().value_unsafe(), depth + 1, out);
    case ElementType::OBJECT:
      return depth < kMaxDocumentDepth &&
             ConvertObject(element.get_object().value_unsafe(), depth + 1, out);
    case ElementType::STRING:
      out = std::string(element.get_string().value_unsafe());
      return true;
    case ElementType::INT64: {
      const int64_t number = element.get_int64().value_unsafe();
      // ParseJson reads whole numbers without a sign as unsigned.
      if (number < 0) {
        out = number;
      } else {
        out = static_cast<uint64_t>(number);
      }
      return true;
    }
    case ElementType::UINT64:
      out = element.get_uint64().value_unsafe();
      return true;
    case ElementType::DOUBLE:
      out = element.get_double().value_unsafe();
      return true;
    case ElementType::BOOL:
      out = element.get_bool().value_unsafe();
      return true;
    case ElementType::NULL_VALUE:
      out = nullptr;
      return true;
  }
  return false;
}

}  // namespace

struct JsonReader::Buffers {
  simdjson::dom::parser parser;
};

JsonReader::JsonReader() : buffers_(std::make_unique<Buffers>()) {}

JsonReader::~JsonReader() = default;

Result<json> JsonReader::Read(std::string_view text) {
  Element root;
  json out;
  const auto error = buffers_->parser.parse(text.data(), text.size()).get(root);
  if (error == simdjson::SUCCESS && Convert(root, 0, out)) return out;
  return ParseJson(text);
}

}  // namespace keysteward::kube
