// BothReaders: the reader for what is common beside the library's, on the same text.
//
//   EXPECT_EQ(both.Read(text), Answer::kSame) << both.difference;
#pragma once

#include <memory_resource>
#include <string>
#include <string_view>
#include <vector>

#include "common/result.h"
#include "detection/reader/manifest_reader.h"
#include "detection/reader/tree_builder.h"
#include "tests/detection/reader/same_tree.h"

namespace keysteward::detection {

// kLeft: the reader for what is common leaves the text to the library.
enum class Answer { kSame, kDifferent, kLeft };

class BothReaders {
 public:
  virtual ~BothReaders() = default;

  Answer Read(std::string_view text) {
    common.clear();
    all.clear();
    difference.clear();
    if (!ReadCommon(text)) return Answer::kLeft;
    if (const Result<void> read = ReadAll(text); !read) {
      difference = "the library refuses it: " + read.error().message;
    } else if (common.size() != all.size()) {
      difference = "number of documents: " + std::to_string(common.size()) + ", not " +
                   std::to_string(all.size());
    }
    for (size_t i = 0; i < common.size() && difference.empty(); ++i) {
      difference = Difference(*common[i].root, *all[i].root);
    }
    return difference.empty() ? Answer::kSame : Answer::kDifferent;
  }

  ReadLimits limits;
  std::pmr::monotonic_buffer_resource arena;
  std::vector<Document> common;
  std::vector<Document> all;
  std::string difference;

 private:
  virtual bool ReadCommon(std::string_view text) = 0;
  virtual Result<void> ReadAll(std::string_view text) = 0;
};

}  // namespace keysteward::detection
