// Table: columns aligned for reading, three blanks apart as in kubectl. Cells are cleaned: text of
// a server cannot move the cursor or fake a line. Never cut, so that output can be piped.
//
//   Table table({"NAME", "READY"});
//   table.Add({"stripe-live", "True"});
//   table.Print(out);
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

namespace keysteward::cli {

class Table {
 public:
  explicit Table(std::vector<std::string> header) { rows_.push_back(std::move(header)); }

  // As many cells as the header has; an empty one prints as "-".
  void Add(std::vector<std::string> cells);
  bool empty() const { return rows_.size() == 1; }
  // Each line behind `indent` blanks.
  void Print(std::ostream& out, size_t indent = 0) const;

 private:
  std::vector<std::vector<std::string>> rows_;
};

// Text of a stranger for one line of output.
std::string Clean(const std::string& text);

}  // namespace keysteward::cli
