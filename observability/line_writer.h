// LineWriter: lines to a file descriptor that never make the program wait or die.
//
// A line is taken at once or refused: a full pipe, a stopped terminal, a closed reader and a full
// disk all refuse, and no SIGPIPE reaches the program. Thread-safe; lines never mix.
//
//   LineWriter out(2);
//   if (!out.Write("{\"msg\":\"started\"}")) ++dropped;
#pragma once

#include <string>
#include <string_view>

#include "common/mutex.h"

namespace keysteward {

class LineWriter {
 public:
  // `fd` is not owned and keeps its flags: O_NONBLOCK would reach every process that shares it.
  explicit LineWriter(int fd);
  ~LineWriter();
  LineWriter(const LineWriter&) = delete;
  LineWriter& operator=(const LineWriter&) = delete;

  // Writes `line` and a line end; false when it was not taken whole. Lines of up to
  // kMaxLogLineBytes with their end never tear on a pipe.
  bool Write(std::string_view line);

 private:
  const int fd_;
  const int reopened_;  // our own non-blocking way to the same pipe, or -1
  Mutex mutex_;
  bool torn_ GUARDED_BY(mutex_) = false;  // the last write stopped inside a line
};

}  // namespace keysteward
