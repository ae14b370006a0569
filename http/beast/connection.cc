#include "http/beast/connection.h"

#include <algorithm>
#include <array>

#include "http/beast/reply_text.h"

namespace keysteward::http {
namespace {

constexpr size_t kReadBytes = 16 * 1024;
// Reads, writes and what is made of them in one go, before other connections get their turn.
constexpr int kStepsInOneGo = 64;
// What a refused client may still send before it is cut off.
constexpr size_t kMaxLingerBytes = 1024 * 1024;
constexpr std::string_view kContinueReply = "HTTP/1.1 100 Continue\r\n\r\n";

}  // namespace

Connection::Connection(std::unique_ptr<tls::SocketStream> stream, std::string peer,
                       const Setting& setting, MonoTime now)
    : options_(setting.options),
      limits_(setting.options.limits),
      stream_(std::move(stream)),
      peer_(std::move(peer)),
      reader_(limits_, options_.json_bodies_only, setting.budget),
      deadline_(now + limits_.handshake) {}

Step Connection::Advance(MonoTime now) {
  for (int i = 0; i < kStepsInOneGo; ++i) {
    Step step = Step::kYield;
    switch (state_) {
      case State::kHandshake:
        step = DoHandshake(now);
        break;
      case State::kReading:
        step = input_.empty() ? DoRead(now) : DoFeed(now);
        break;
      case State::kHandling:
        return Step::kHandle;
      case State::kWriting:
        step = DoWrite(now);
        break;
      case State::kLingering:
        step = DoLinger();
        break;
      case State::kClosed:
        return Step::kClose;
    }
    if (step != Step::kYield) return step;
  }
  return Step::kYield;
}

Step Connection::Close(std::string_view verdict) {
  if (verdict_.empty()) verdict_ = verdict;
  state_ = State::kClosed;
  return Step::kClose;
}

Step Connection::DoHandshake(MonoTime now) {
  switch (stream_->Handshake()) {
    case tls::IoStatus::kWantRead:
      return Step::kWaitRead;
    case tls::IoStatus::kWantWrite:
      return Step::kWaitWrite;
    case tls::IoStatus::kDone:
      break;
    default:
      return Close("handshake failed");
  }
  client_name_ = stream_->PeerName();
  const std::vector<std::string>& allowed = options_.client_names;
  if (options_.require_client_certificate && !allowed.empty() &&
      std::find(allowed.begin(), allowed.end(), client_name_) == allowed.end()) {
    stream_->EndWriting();
    return Close("client name not allowed");
  }
  StartReading(now);
  // A plain connection has shown nothing of itself yet; a TLS one has paid for its handshake and
  // may be a spare of the client's pool.
  if (options_.certificates == nullptr) deadline_ = now + limits_.header;
  return Step::kYield;
}

void Connection::StartReading(MonoTime now) {
  state_ = State::kReading;
  deadline_ = now + (draining_ ? limits_.linger : limits_.idle);
}

Step Connection::DoRead(MonoTime now) {
  std::array<char, kReadBytes> bytes;  // NOLINT: overwritten by the read
  const tls::IoResult got = stream_->Read(bytes);
  switch (got.status) {
    case tls::IoStatus::kDone:
      input_.assign(bytes.data(), got.bytes);
      return DoFeed(now);
    case tls::IoStatus::kWantRead:
      // Draining ends idle connections here, after a last look for a request under way. A new
      // connection is given its first request.
      if (draining_ && served_ && reader_.phase() == ReadPhase::kIdle) {
        stream_->EndWriting();
        return Close("");
      }
      return Step::kWaitRead;
    case tls::IoStatus::kWantWrite:
      return Step::kWaitWrite;
    case tls::IoStatus::kClosed:
      stream_->EndWriting();
      return Close(reader_.phase() == ReadPhase::kIdle ? "" : "request cut short");
    case tls::IoStatus::kFailed:
      break;
  }
  return Close(reader_.phase() == ReadPhase::kIdle ? "" : "request cut short");
}

// The header's time runs from its first byte, the body's from the header's end.
void Connection::SetReadDeadline(ReadPhase before, MonoTime now) {
  const ReadPhase after = reader_.phase();
  if (after == before) return;
  served_ = true;
  if (after == ReadPhase::kHeader) deadline_ = now + limits_.header;
  if (after == ReadPhase::kBody) deadline_ = now + limits_.body;
}

Step Connection::DoFeed(MonoTime now) {
  std::string_view rest = input_;
  const ReadPhase before = reader_.phase();
  const ReadState state = reader_.Feed(rest);
  input_.erase(0, input_.size() - rest.size());
  SetReadDeadline(before, now);
  switch (state) {
    case ReadState::kMore:
      return Step::kYield;
    case ReadState::kContinue:
      Send(std::string(kContinueReply), After::kRestOfRequest, now);
      return Step::kYield;
    case ReadState::kRefused:
      Refuse(reader_.refusal(), now);
      return Step::kYield;
    case ReadState::kComplete:
      break;
  }
  state_ = State::kHandling;
  deadline_ = MonoTime::max();
  return Step::kHandle;
}

ServerRequest Connection::TakeRequest() {
  last_ = !reader_.keep_alive();
  ServerRequest request = reader_.Take();
  head_ = request.method == "HEAD";
  request.peer_address = peer_;
  request.client_name = client_name_;
  return request;
}

void Connection::Answer(const HttpReply& reply, MonoTime now) {
  reader_.Reset();
  if (reply.abandon) {
    verdict_ = "abandoned by the handler";
    state_ = State::kClosed;
    return;
  }
  const bool close = last_ || draining_ || reply.close;
  Send(ReplyBytes(reply, close ? ReplyEnd::kClose : ReplyEnd::kKeepAlive, head_),
       close ? After::kLinger : After::kNextRequest, now);
}

void Connection::Refuse(const Refusal& refusal, MonoTime now) {
  verdict_ = refusal.reason;
  input_.clear();
  HttpReply reply = HttpReply::Text(refusal.status, std::string(refusal.reason) + "\n");
  if (refusal.status == 503) reply.headers.emplace_back("Retry-After", "1");
  Send(ReplyBytes(reply, ReplyEnd::kClose, false), After::kLinger, now);
}

void Connection::Send(std::string bytes, After after, MonoTime now) {
  output_ = std::move(bytes);
  written_ = 0;
  after_ = after;
  state_ = State::kWriting;
  // A "100 Continue" is part of the body's time.
  if (after != After::kRestOfRequest) deadline_ = now + limits_.write;
}

Step Connection::DoWrite(MonoTime now) {
  while (written_ < output_.size()) {
    const tls::IoResult put = stream_->Write(std::string_view(output_).substr(written_));
    if (put.status == tls::IoStatus::kWantRead) return Step::kWaitRead;
    if (put.status == tls::IoStatus::kWantWrite) return Step::kWaitWrite;
    if (put.status != tls::IoStatus::kDone) return Close("reply cut short");
    written_ += put.bytes;
  }
  output_ = {};
  switch (after_) {
    case After::kNextRequest:
      StartReading(now);
      break;
    case After::kRestOfRequest:
      state_ = State::kReading;
      break;
    case After::kLinger:
      stream_->EndWriting();
      state_ = State::kLingering;
      deadline_ = now + limits_.linger;
      break;
  }
  return Step::kYield;
}

// Closing with unread input would reset the connection and take the reply from the client.
Step Connection::DoLinger() {
  std::array<char, kReadBytes> bytes;  // NOLINT: overwritten by the read
  const tls::IoResult got = stream_->Read(bytes);
  if (got.status == tls::IoStatus::kWantRead) return Step::kWaitRead;
  lingered_ += got.bytes;
  if (got.status == tls::IoStatus::kDone && lingered_ < kMaxLingerBytes) return Step::kYield;
  return Close("");
}

Step Connection::Expire(MonoTime now) {
  switch (state_) {
    case State::kReading:
      if (reader_.phase() == ReadPhase::kIdle) {
        stream_->EndWriting();
        return Close("");
      }
      Refuse({408,
              reader_.phase() == ReadPhase::kBody ? "body took too long" : "header took too long"},
             now);
      return Step::kYield;
    case State::kHandshake:
      return Close("handshake took too long");
    case State::kWriting:
      return Close("reply took too long");
    case State::kHandling:
      deadline_ = MonoTime::max();
      return Step::kHandle;
    default:
      return Close("");
  }
}

void Connection::Drain(MonoTime now) {
  draining_ = true;
  if (state_ == State::kReading && reader_.phase() == ReadPhase::kIdle) {
    deadline_ = std::min(deadline_, now + limits_.linger);
  }
}

}  // namespace keysteward::http
