#include "kube/client/list_page.h"

#include "common/json_fields.h"
#include "kube/watch/json_reader.h"

namespace keysteward::kube {

using nlohmann::json;

Result<ListPage> DecodeListPage(const Resource& resource, bool metadata_only,
                                std::string_view body) {
  Result<json> parsed = JsonReader().Read(body);
  if (!parsed) return Error::Unavailable("list: " + parsed.error().message);
  json& list = *parsed;
  if (!list.is_object()) return Error::Unavailable("list: not an object");
  const auto metadata = list.find("metadata");
  const auto items = list.find("items");
  if (metadata == list.end() || !metadata->is_object()) {
    return Error::Unavailable("list: no metadata");
  }
  ListPage page;
  JsonFields fields(*metadata, "metadata");
  page.resource_version = fields.RequiredString("resourceVersion");
  page.continue_token = fields.String("continue");
  if (Result<void> read = fields.Check(); !read) {
    return Error::Unavailable("list: " + read.error().message);
  }
  if (items == list.end() || items->is_null()) return page;  // Go writes an empty list as null
  if (!items->is_array()) return Error::Unavailable("list: items is not an array");
  const std::string version = metadata_only ? "meta.k8s.io/v1" : resource.api_version();
  const std::string kind(metadata_only ? "PartialObjectMetadata" : resource.kind);
  page.items.reserve(items->size());
  for (json& item : *items) {
    if (!item.is_object()) return Error::Unavailable("list: an item is not an object");
    item.emplace("apiVersion", version);
    item.emplace("kind", kind);
    page.items.push_back(std::move(item));
  }
  return page;
}

}  // namespace keysteward::kube
