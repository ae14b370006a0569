#include "tests/fakes/fake_transport.h"

namespace keysteward::http {

void FakeTransport::Reply(int status, std::string body, Headers headers) {
  MutexLock lock(mutex_);
  answers_.push_back({HttpResponse{status, std::move(headers), std::move(body)}, {}});
}

void FakeTransport::ReplyError(Error error) {
  MutexLock lock(mutex_);
  answers_.push_back({std::move(error), {}});
}

void FakeTransport::ReplyLines(std::vector<std::string> lines, std::optional<Error> end) {
  MutexLock lock(mutex_);
  Result<HttpResponse> response = HttpResponse{200, {}, ""};
  if (end) response = *std::move(end);
  answers_.push_back({std::move(response), std::move(lines)});
}

void FakeTransport::OnRequest(std::function<void(const HttpRequest&)> observer) {
  MutexLock lock(mutex_);
  observer_ = std::move(observer);
}

std::vector<HttpRequest> FakeTransport::Requests() const {
  MutexLock lock(mutex_);
  return requests_;
}

std::vector<CallOptions> FakeTransport::Options() const {
  MutexLock lock(mutex_);
  return options_;
}

FakeTransport::Answer FakeTransport::Take(const HttpRequest& request, const CallOptions& options) {
  std::function<void(const HttpRequest&)> observer;
  Answer answer{Error::Internal("no answer was scripted for this request"), {}};
  {
    MutexLock lock(mutex_);
    observer = observer_;
    requests_.push_back(request);
    options_.push_back(options);
    if (!answers_.empty()) {
      answer = std::move(answers_.front());
      answers_.erase(answers_.begin());
    }
  }
  if (observer) observer(request);
  return answer;
}

Result<HttpResponse> FakeTransport::Send(const HttpRequest& request, const CallOptions& options) {
  return Take(request, options).response;
}

Result<HttpResponse> FakeTransport::Stream(const HttpRequest& request, const LineSink& sink,
                                           const CallOptions& options) {
  Answer answer = Take(request, options);
  for (const std::string& line : answer.lines) KS_RETURN_IF_ERROR(sink(line));
  return answer.response;
}

}  // namespace keysteward::http
