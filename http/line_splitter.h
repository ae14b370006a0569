// LineSplitter: pieces of a stream in, whole lines out, with a cap on the length of a line.
//
//   LineSplitter lines(sink, 2 << 20);
//   KS_RETURN_IF_ERROR(lines.Feed(bytes));   // any number of times
//   KS_RETURN_IF_ERROR(lines.Finish());      // a last line without its end counts
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "common/result.h"
#include "http/transport.h"

namespace keysteward::http {

// A line ends with LF or CR LF; the end is not part of it. Not thread-safe.
class LineSplitter {
 public:
  // `sink` must outlive this object.
  LineSplitter(const LineSink& sink, size_t max_line) : sink_(sink), max_line_(max_line) {}

  // The sink's error, or kTooLarge as soon as a line is longer than the cap.
  Result<void> Feed(std::string_view bytes);
  Result<void> Finish();

 private:
  Result<void> Emit(std::string_view line) const;

  const LineSink& sink_;
  const size_t max_line_;
  std::string partial_;
};

}  // namespace keysteward::http
