#include "cli/output/table.h"

#include <algorithm>
#include <ostream>

#include "common/strings.h"

namespace keysteward::cli {
namespace {

constexpr size_t kGap = 3;
constexpr size_t kLongestCell = 1024;

// Code points, close enough to columns for the texts that occur.
size_t Width(const std::string& text) {
  return static_cast<size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

}  // namespace

std::string Clean(const std::string& text) { return Printable(text, kLongestCell); }

void Table::Add(std::vector<std::string> cells) {
  cells.resize(rows_.front().size());
  for (std::string& cell : cells) cell = cell.empty() ? "-" : Clean(cell);
  rows_.push_back(std::move(cells));
}

void Table::Print(std::ostream& out, size_t indent) const {
  std::vector<size_t> widths(rows_.front().size(), 0);
  for (const auto& row : rows_) {
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], Width(row[i]));
  }
  for (const auto& row : rows_) {
    std::string line(indent, ' ');
    for (size_t i = 0; i < row.size(); ++i) {
      line += row[i];
      if (i + 1 < row.size()) line.append(widths[i] - Width(row[i]) + kGap, ' ');
    }
    out << line << '\n';
  }
}

}  // namespace keysteward::cli
