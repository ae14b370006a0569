// SourceSearch: which values of a file could have become the value of a finding in rendered output.
// Values are compared in process, by their digest or as they are; none is kept or printed.
//
//   SourceSearch search(finding);
//   for (const SourceCandidate& found : search.In(*source)) found.place
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cli/scan/source_place.h"
#include "detection/reader/manifest_reader.h"

namespace keysteward::cli {

// A file that takes part in the rendering.
struct SourceFile {
  std::string path;
  std::string text;
  detection::ManifestFile manifest;  // no documents when it is other text
};

// What cannot be read, or is too large, is nullptr.
std::unique_ptr<SourceFile> ReadSource(const std::string& path);

enum class SourceMatch : uint8_t {
  kPart,      // its text is a part of the rendered text
  kContains,  // the rendered text is a part of it
  kValue,     // it is the credential
  kWhole,     // it is the whole rendered text
};

struct SourceCandidate {
  SourceMatch match = SourceMatch::kPart;
  bool same_object = false;  // of a manifest: it is of that kind and name
  bool same_name = false;    // the member is called alike
  bool at_start = false;     // of kPart: the credential begins in it
  SourcePlace place;
  std::vector<const detection::Node*> way;  // from the document's root; empty in other text
};

// Whether `a` tells the origin better.
bool Better(const SourceCandidate& a, const SourceCandidate& b);

class SourceSearch {
 public:
  // The finding must outlive the search.
  explicit SourceSearch(const RenderedFinding& finding);

  // Every candidate in the file, in its order.
  std::vector<SourceCandidate> In(const SourceFile& file) const;
  // The first line of a text that holds the rendered value; for templates.
  std::optional<detection::Position> InText(std::string_view text) const;

  const detection::Node* leaf() const { return leaf_; }

 private:
  struct Walk;
  void Visit(Walk& walk, const detection::Node& node) const;
  std::optional<SourceMatch> MatchOf(const detection::Node& node) const;
  std::optional<uint32_t> LineInPart(const detection::Node& node) const;
  void Take(Walk& walk, const detection::Node& node, SourceMatch match) const;

  const RenderedFinding& finding_;
  const detection::Node* leaf_;  // the rendered value with all around it; may be nullptr
  uint32_t line_inside_ = 0;
  std::string last_name_;
};

}  // namespace keysteward::cli
