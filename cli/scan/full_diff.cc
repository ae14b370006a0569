#include "cli/scan/full_diff.h"

#include <charconv>
#include <optional>

namespace keysteward::cli {
namespace {

// One line with its '\n', if it has one.
std::string_view TakeLine(std::string_view& text) {
  const size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end == std::string_view::npos ? end : end + 1);
  text.remove_prefix(line.size());
  return line;
}

char Unescaped(std::string_view escape, size_t& used) {
  constexpr std::string_view kFrom = "abfnrtv";
  constexpr std::string_view kTo = "\a\b\f\n\r\t\v";
  used = 1;
  const size_t known = kFrom.find(escape[0]);
  if (known != std::string_view::npos) return kTo[known];
  if (escape.size() < 3 || escape[0] < '0' || escape[0] > '7') return escape[0];
  used = 3;
  return static_cast<char>((escape[0] - '0') * 64 + (escape[1] - '0') * 8 + (escape[2] - '0'));
}

// A name as git writes it after "+++ ": b/name, or "b/name" with C escapes; a tab may follow.
std::string NameFrom(std::string_view text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\t')) text.remove_suffix(1);
  std::string name;
  if (!text.starts_with('"')) {
    name = text;
  } else {
    text.remove_prefix(1);
    while (!text.empty() && text[0] != '"') {
      size_t used = 0;
      if (text[0] == '\\' && text.size() > 1) {
        name += Unescaped(text.substr(1), used);
      } else {
        name += text[0];
      }
      text.remove_prefix(1 + used);
    }
  }
  return name.starts_with("b/") ? name.substr(2) : name;
}

// The count of "-12,34" or "-12", which means 1.
std::optional<size_t> CountOf(std::string_view range) {
  const size_t comma = range.find(',');
  if (comma == std::string_view::npos) return 1;
  size_t count = 0;
  const char* end = range.data() + range.size();
  const auto [read, code] = std::from_chars(range.data() + comma + 1, end, count);
  if (code != std::errc() || read != end) return std::nullopt;
  return count;
}

class DiffReader {
 public:
  explicit DiffReader(std::string_view diff) : rest_(diff) {}

  Result<std::vector<ChangedFile>> Read() {
    while (!rest_.empty()) {
      const std::string_view line = TakeLine(rest_);
      if (line.starts_with("diff --git ")) {
        Finish();
      } else if (line.starts_with("new mode 120000") || line.starts_with("new file mode 120000")) {
        file_.is_link = true;
      } else if (line.starts_with("+++ ")) {
        file_.path = NameFrom(line.substr(4));
      } else if (line.starts_with("@@ -")) {
        KS_RETURN_IF_ERROR(ReadHunk(line));
      }
    }
    Finish();
    return std::move(files_);
  }

 private:
  Result<void> ReadHunk(std::string_view header) {
    // "@@ -1,3 +1,4 @@ …"
    const size_t plus = header.find(" +");
    const size_t end = header.find(" @@", 3);
    if (plus == std::string_view::npos || end == std::string_view::npos || end < plus) {
      return Broken();
    }
    const std::optional<size_t> old_lines = CountOf(header.substr(3, plus - 3));
    const std::optional<size_t> new_lines = CountOf(header.substr(plus + 1, end - plus - 1));
    if (!old_lines || !new_lines) return Broken();
    has_hunk_ = true;
    return ReadLines(*old_lines, *new_lines);
  }

  Result<void> ReadLines(size_t old_lines, size_t new_lines) {
    char last = ' ';
    while (old_lines > 0 || new_lines > 0 || rest_.starts_with('\\')) {
      if (rest_.empty()) return Broken();
      const std::string_view line = TakeLine(rest_);
      const std::string_view text = line.substr(1);
      if (line[0] == '\\') {  // "\ No newline at end of file"
        if (last != '+' && !file_.before.empty()) file_.before.pop_back();
        if (last != '-' && !file_.after.empty()) file_.after.pop_back();
        continue;
      }
      last = line[0];
      const bool in_old = last == ' ' || last == '-';
      const bool in_new = last == ' ' || last == '+';
      if ((!in_old && !in_new) || old_lines < in_old || new_lines < in_new) return Broken();
      if (in_old) file_.before += text;
      if (in_new) file_.after += text;
      old_lines -= in_old;
      new_lines -= in_new;
    }
    return {};
  }

  void Finish() {
    if (has_hunk_ && file_.path != "/dev/null") files_.push_back(std::move(file_));
    file_ = {};
    has_hunk_ = false;
  }

  static Error Broken() { return Error::InvalidArgument("git printed a diff of unknown form"); }

  std::string_view rest_;
  ChangedFile file_;
  bool has_hunk_ = false;
  std::vector<ChangedFile> files_;
};

}  // namespace

Result<std::vector<ChangedFile>> ParseFullDiff(std::string_view diff) {
  return DiffReader(diff).Read();
}

}  // namespace keysteward::cli
