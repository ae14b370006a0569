// FakeTransport: HttpTransport that answers from a script and keeps the requests. Thread-safe.
//
//   FakeTransport transport;
//   transport.Reply(200, R"({"kind":"Secret"})");
//   transport.ReplyError(Error::UnknownOutcome("reset"));
//   transport.ReplyLines({R"({"type":"ADDED",…})"}, Error::UnknownOutcome("cut"));
//   …
//   EXPECT_EQ(transport.Requests()[0].target, "/api/v1/…");
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "common/mutex.h"
#include "http/transport.h"

namespace keysteward::http {

class FakeTransport final : public HttpTransport {
 public:
  // Answers are used in order, one per request; a request without an answer is kInternal.
  void Reply(int status, std::string body, Headers headers = {});
  void ReplyError(Error error);
  // A 200 stream of these lines that then ends in order, or with `end`.
  void ReplyLines(std::vector<std::string> lines, std::optional<Error> end = std::nullopt);
  // Runs before each answer, without a lock: to move a clock or fire a stop token.
  void OnRequest(std::function<void(const HttpRequest& request)> observer);

  std::vector<HttpRequest> Requests() const;
  std::vector<CallOptions> Options() const;

  Result<HttpResponse> Send(const HttpRequest& request, const CallOptions& options) override;
  Result<HttpResponse> Stream(const HttpRequest& request, const LineSink& sink,
                              const CallOptions& options) override;

 private:
  struct Answer {
    Result<HttpResponse> response;
    std::vector<std::string> lines;
  };
  Answer Take(const HttpRequest& request, const CallOptions& options);

  mutable Mutex mutex_;
  std::vector<Answer> answers_ GUARDED_BY(mutex_);
  std::vector<HttpRequest> requests_ GUARDED_BY(mutex_);
  std::vector<CallOptions> options_ GUARDED_BY(mutex_);
  std::function<void(const HttpRequest&)> observer_ GUARDED_BY(mutex_);
};

}  // namespace keysteward::http
