// RecordingLogger: keeps every line as text so that a test can look for it. Thread-safe.
//
//   EXPECT_TRUE(log.Contains("object skipped", "pods"));
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/mutex.h"
#include "observability/log.h"

namespace keysteward {

class RecordingLogger final : public Logger {
 public:
  void Log(LogLevel level, std::string_view message, const LogFields& fields) override;
  bool Enabled(LogLevel) const override { return true; }

  // Lines as "message key=value key=value".
  std::vector<std::string> Lines() const;
  // Whether one line has both texts.
  bool Contains(std::string_view text, std::string_view also = "") const;

 private:
  mutable Mutex mutex_;
  std::vector<std::string> lines_ GUARDED_BY(mutex_);
};

}  // namespace keysteward
