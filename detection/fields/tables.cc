#include "detection/fields/tables.h"

#include <algorithm>

#include "common/char_class.h"
#include "common/strings.h"
#include "detection/fields/next_of.h"
#include "detection/fields/shapes.h"
#include "detection/values/names.h"

namespace keysteward::detection {
namespace {

using View = std::string_view;

constexpr CharClass kColumnChars(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.");
constexpr CharClass kBlanks(" \t\r\n");
constexpr size_t kMostColumns = 64;
constexpr size_t kLongestHead = 2048;
constexpr size_t kLongestRow = 16384;

struct Column {
  View name;
  bool credential = false;
};

View WithoutQuotes(View field) {
  field = Trim(field);
  const bool quoted = field.size() >= 2 && field.front() == field.back() &&
                      View("\"'`").find(field.front()) != View::npos;
  return quoted ? field.substr(1, field.size() - 2) : field;
}

// Calls `take(index, field)` for each part of `row` until it returns false; a quoted part may hold
// the separator.
template <typename Take>
void ForEachField(View row, char separator, Take take) {
  for (size_t index = 0; index < kMostColumns; ++index) {
    size_t end = 0;
    const size_t first = row.find_first_not_of(' ');
    if (first != View::npos && (row[first] == '"' || row[first] == '\'')) {
      const size_t close = row.find(row[first], first + 1);
      if (close != View::npos) end = close + 1;
    }
    end = row.find(separator, end);
    if (!take(index, row.substr(0, end)) || end == View::npos) return;
    row.remove_prefix(end + 1);
  }
}

// The names that `head` lists; none when it lists anything else, or no credential.
std::vector<Column> ReadColumns(View head, char separator) {
  std::vector<Column> columns;
  bool telling = false;
  bool names = head.size() <= kLongestHead;
  if (names) {
    ForEachField(head, separator, [&](size_t, View field) {
      const View name = WithoutQuotes(field);
      names = !name.empty() && kColumnChars.HasAll(name);
      if (!names) return false;
      const bool tailed = HoldsCredentialWord(name) &&  // secret_key_base
                          ClassifyName(name).strength == NameStrength::kStrong;
      columns.push_back({name, tailed || EndsLikeCredential(name)});
      telling |= columns.back().credential;
      return true;
    });
  }
  if (!names || !telling || columns.size() < 2) columns.clear();
  return columns;
}

View TakeLine(View& text) {
  const size_t end = text.find('\n');
  View line = text.substr(0, end);
  text.remove_prefix(end == View::npos ? text.size() : end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

void FindInRows(View text, std::vector<Assignment>& pairs, size_t limit) {
  View head = TakeLine(text);
  while (Trim(head).empty() && !text.empty()) head = TakeLine(text);
  if (text.empty()) return;
  const size_t separator = NextOf<',', ';', '\t', '|'>(head, 0);
  if (separator == head.size()) return;
  const char sign = head[separator];
  const std::vector<Column> columns = ReadColumns(head, sign);
  if (columns.empty()) return;
  while (!text.empty() && pairs.size() < limit) {
    const View row = TakeLine(text);
    if (row.size() > kLongestRow) continue;
    size_t fields = 0;
    ForEachField(row, sign, [&](size_t, View) { return ++fields > 0; });
    if (fields != columns.size()) continue;
    ForEachField(row, sign, [&](size_t index, View field) {
      const View value = WithoutQuotes(field);
      if (columns[index].credential && !value.empty() && pairs.size() < limit) {
        pairs.push_back({columns[index].name, value});
      }
      return true;
    });
  }
}

bool ConsumeWord(View& rest, View upper) {
  rest.remove_prefix(kBlanks.FindOther(rest));
  if (rest.size() < upper.size()) return false;
  for (size_t i = 0; i < upper.size(); ++i) {
    if (AsciiLower(rest[i]) != AsciiLower(upper[i])) return false;
  }
  rest.remove_prefix(upper.size());
  return true;
}

// One value of a row: a string, or an expression that may hold brackets. False at the row's end.
bool ConsumeValue(View& rest, View& string) {
  string = {};
  rest.remove_prefix(kBlanks.FindOther(rest));
  if (rest.starts_with('\'')) {
    const size_t close = rest.find('\'', 1);
    if (close == View::npos) return false;
    string = rest.substr(1, close - 1);
    rest.remove_prefix(close + 1);
    rest.remove_prefix(kBlanks.FindOther(rest));
  }
  int depth = 0;
  size_t at = 0;
  for (; at < rest.size(); ++at) {
    const char c = rest[at];
    if (depth == 0 && (c == ',' || c == ')')) break;
    depth += c == '(' ? 1 : c == ')' ? -1 : 0;
    if (c == ';') return false;
  }
  if (at > 0) string = {};  // 'a' || 'b', crypt('x', y)
  rest.remove_prefix(at);
  return !rest.empty();
}

// What follows INTO: users (a, b) VALUES (…), (…). Returns where it was read to.
View TakeInsert(View rest, std::vector<Assignment>& pairs, size_t limit) {
  const size_t open = rest.substr(0, 256).find_first_of("(;");
  if (open == View::npos || rest[open] == ';') return rest;
  const size_t close = rest.substr(0, kLongestHead).find(')', open);
  if (close == View::npos) return rest;
  const std::vector<Column> columns = ReadColumns(rest.substr(open + 1, close - open - 1), ',');
  rest.remove_prefix(close + 1);
  if (columns.empty() || !ConsumeWord(rest, "VALUES")) return rest;
  while (pairs.size() < limit && ConsumeWord(rest, "(")) {
    View row = rest.substr(0, kLongestRow);
    const size_t before = row.size();
    for (size_t index = 0;; ++index) {
      View value;
      if (!ConsumeValue(row, value)) return rest;
      const bool counts = index < columns.size() && columns[index].credential;
      // What a column of passwords holds in hex is their hash.
      const bool hash =
          LooksLikeHash(value) && ClassifyName(columns[index].name).kind == NameKind::kPassword;
      if (counts && !value.empty() && !hash && pairs.size() < limit) {
        pairs.push_back({columns[index].name, value});
      }
      const bool last = row[0] == ')';
      row.remove_prefix(1);
      if (last) break;
    }
    rest.remove_prefix(before - row.size());
    if (!ConsumeWord(rest, ",")) break;
  }
  return rest;
}

}  // namespace

void FindInTables(View text, std::vector<Assignment>& pairs, size_t limit) {
  FindInRows(text, pairs, limit);
  if (text.find('(') == View::npos) return;  // what most texts hold none of, and every INSERT
  for (const View into : {View("INTO "), View("into ")}) {
    View rest = text;
    for (size_t at; pairs.size() < limit && (at = rest.find(into)) != View::npos;) {
      rest = TakeInsert(rest.substr(at + into.size()), pairs, limit);
    }
  }
}

}  // namespace keysteward::detection
