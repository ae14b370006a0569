// FakeLogger: keeps every line of every level for assertions. Thread-safe.
//
//   FakeLogger log;
//   EXPECT_THAT(log.Text(), testing::HasSubstr("rotation step done"));
//   EXPECT_EQ(log.Count("watch broken"), 1);
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/mutex.h"
#include "observability/log.h"

namespace keysteward {

class FakeLogger final : public Logger {
 public:
  struct Line {
    LogLevel level;
    std::string message;
    LogFields fields;

    // The value as text, or "" when the line has no such field.
    std::string Field(std::string_view key) const;
    // "info rotation step done step=Deliver"
    std::string Text() const;
  };

  void Log(LogLevel level, std::string_view message, const LogFields& fields) override;
  bool Enabled(LogLevel level) const override { return level != LogLevel::kOff; }

  std::vector<Line> Lines() const;
  // How many lines have exactly this message.
  int Count(std::string_view message) const;
  // Whether one line, as in Text(), has both texts.
  bool Contains(std::string_view text, std::string_view also = "") const;
  // Everything, uncut: "info rotation step done step=Deliver\n" …; what a search for key values
  // reads.
  std::string Text() const;

 private:
  mutable Mutex mutex_;
  std::vector<Line> lines_ GUARDED_BY(mutex_);
};

}  // namespace keysteward
