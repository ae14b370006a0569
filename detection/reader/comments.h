// FindComments: the comments of a YAML file. No reader gives them and no API server sees them, but
// whoever reads the file does.
//
// Told by their form alone: a '#' that begins a line or follows a blank outside of quotes. So lines
// of a script in a block scalar are among them, and a quote that goes on over lines may hide one.
//
//   for (const Comment& comment : FindComments(text)) …   // {"old: abc", {3, 5}}
#pragma once

#include <string_view>
#include <vector>

#include "detection/reader/node.h"

namespace keysteward::detection {

struct Comment {
  std::string_view text;  // behind the '#', to the end of the line
  Position position;      // of the text; the column counts bytes
};

std::vector<Comment> FindComments(std::string_view yaml);

}  // namespace keysteward::detection
