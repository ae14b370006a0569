#include "operator/report/object_pages.h"

#include "common/strings.h"
#include "detection/reader/manifest_reader.h"

namespace keysteward::op {
namespace {

using detection::Node;

// Of a page; one object is at most 1.5 MiB at the server.
constexpr detection::ReadLimits kPageLimits{.bytes = 64u << 20, .nodes = 4'000'000};

std::string PathOf(const JudgedKind& kind, const std::string& namespace_name, size_t limit,
                   const std::string& from) {
  std::string path = std::string(kind.path) + "/namespaces/" + PercentEncode(namespace_name) + "/" +
                     std::string(kind.resource) + "?limit=" + std::to_string(limit);
  if (!from.empty()) path += "&continue=" + PercentEncode(from);
  return path;
}

Node Text(std::string_view key, std::string_view text, const Node* next) {
  Node node;
  node.kind = detection::NodeKind::kString;
  node.key = key;
  node.text = text;
  node.next = next;
  return node;
}

// Items of a list do not repeat what kind they are.
void Give(const JudgedKind& kind, const Node& item, const ObjectSink& sink) {
  const Node named = Text("kind", kind.kind, item.first);
  const Node versioned = Text("apiVersion", kind.api_version, &named);
  Node object = item;
  object.first = &versioned;
  object.next = nullptr;
  object.count += 2;
  object.weight += 2;
  sink(object);
}

// Gives the objects of one page; returns where the next one begins, "" after the last.
Result<std::string> GivePage(const std::string& body, const JudgedKind& kind,
                             const ObjectSink& sink) {
  detection::ManifestReader reader(kPageLimits);
  KS_ASSIGN_OR_RETURN(const detection::ManifestFile page, reader.ReadJson(body));
  const Node* root = page.documents.empty() ? nullptr : page.documents[0].root;
  if (root == nullptr || !root->is_mapping()) return Error::InvalidArgument("this is no list");
  const Node* items = root->Find("items");
  // An empty list may be null.
  if (items != nullptr && items->is_sequence()) {
    for (const Node& item : items->children()) Give(kind, item, sink);
  }
  const Node* metadata = root->Find("metadata");
  return metadata == nullptr ? std::string() : std::string(metadata->String("continue"));
}

}  // namespace

Result<void> ForEachObject(const ReadPath& read, const JudgedKind& kind, const PageOptions& options,
                           const ObjectSink& sink) {
  size_t limit = options.limit;
  std::string from;
  do {
    const Result<std::string> body = read(PathOf(kind, options.namespace_name, limit, from));
    if (!body && body.error().code == ErrorCode::kNotFound && from.empty()) return {};
    Result<std::string> next =
        body ? GivePage(*body, kind, sink) : Result<std::string>(body.error());
    if (!next && next.error().code == ErrorCode::kTooLarge && limit > 1) {
      limit = (limit + 3) / 4;
      continue;
    }
    if (!next) return std::move(next).error().WithContext("list " + std::string(kind.resource));
    from = *std::move(next);
    if (from.empty()) return {};
  } while (true);
}

}  // namespace keysteward::op
