#include "http/line_splitter.h"

namespace keysteward::http {

Result<void> LineSplitter::Feed(std::string_view bytes) {
  while (!bytes.empty()) {
    const size_t end = bytes.find('\n');
    const std::string_view piece = bytes.substr(0, end);
    if (piece.size() > max_line_ - partial_.size()) {
      return Error::TooLarge("a line of the stream is longer than " + std::to_string(max_line_) +
                             " bytes");
    }
    if (end == std::string_view::npos) {
      partial_.append(piece);
      return {};
    }
    bytes.remove_prefix(end + 1);
    if (partial_.empty()) {
      KS_RETURN_IF_ERROR(Emit(piece));
      continue;
    }
    partial_.append(piece);
    const std::string line = std::exchange(partial_, {});
    KS_RETURN_IF_ERROR(Emit(line));
  }
  return {};
}

Result<void> LineSplitter::Finish() {
  if (partial_.empty()) return {};
  const std::string line = std::exchange(partial_, {});
  return Emit(line);
}

Result<void> LineSplitter::Emit(std::string_view line) const {
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  return sink_(line);
}

}  // namespace keysteward::http
