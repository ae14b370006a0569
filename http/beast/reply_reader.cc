#include "http/beast/reply_reader.h"

#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <charconv>
#include <limits>
#include <optional>
#include <utility>

#include "http/reply_check.h"

namespace keysteward::http {
namespace {

namespace beast = boost::beast::http;
using Code = boost::beast::error_code;
using Text = boost::beast::string_view;

// A chunk header with its extensions has to fit.
constexpr size_t kMaxPending = kMaxReplyHeader + 1024;
// The shortest rest of a chunked body, "0 CRLF CRLF". The parser asserts that it gets as much when
// it looks at the last chunk's header a second time.
constexpr size_t kMinChunkedRest = 5;

Error TooLargeBody(size_t limit) {
  return Error::TooLarge("body of the reply is larger than " + std::to_string(limit) + " bytes");
}

}  // namespace

class ReplyReader::Parser final : public beast::basic_parser<false> {
 public:
  Parser(bool no_body, size_t max_body, BodySink sink)
      : no_body_(no_body), max_body_(max_body), sink_(std::move(sink)) {
    skip(no_body);
    header_limit(kMaxReplyHeader);
    // "No limit" is read as zero by a part of the parser; Take() counts.
    body_limit(std::numeric_limits<uint64_t>::max());
    eager(true);
  }

  std::optional<Error> error;  // what a hook of ours refused
  HttpResponse reply;

 private:
  void Refuse(Error why, Code& code) {
    error = std::move(why);
    code = beast::error::bad_value;  // any code stops the parser
  }

  void Take(Text piece, Code& code) {
    const std::string_view bytes(piece.data(), piece.size());
    if (sink_ && reply.status == 200) {
      if (Result<void> taken = sink_(bytes); !taken) Refuse(std::move(taken).error(), code);
      return;
    }
    if (bytes.size() > max_body_ - reply.body.size()) return Refuse(TooLargeBody(max_body_), code);
    reply.body.append(bytes);
  }

  void on_request_impl(beast::verb, Text, Text, int, Code&) override {}
  void on_response_impl(int status, Text, int, Code&) override { reply.status = status; }
  void on_field_impl(beast::field, Text name, Text value, Code&) override {
    reply.headers.emplace_back(std::string(name), std::string(value));
  }
  void on_header_impl(Code& code) override {
    Result<void> good = CheckReplyHead(reply.status, reply.headers);
    if (!good) return Refuse(std::move(good).error(), code);
    const std::string_view length = FindHeader(reply.headers, "Content-Length");
    uint64_t announced = 0;
    std::from_chars(length.data(), length.data() + length.size(), announced);
    const bool collected = !no_body_ && !(sink_ && reply.status == 200);
    if (collected && announced > max_body_) Refuse(TooLargeBody(max_body_), code);
  }
  void on_body_init_impl(const boost::optional<uint64_t>&, Code&) override {}
  size_t on_body_impl(Text piece, Code& code) override {
    Take(piece, code);
    return piece.size();
  }
  void on_chunk_header_impl(uint64_t, Text, Code&) override {}
  size_t on_chunk_body_impl(uint64_t, Text piece, Code& code) override {
    Take(piece, code);
    return piece.size();
  }
  void on_finish_impl(Code&) override {}

  const bool no_body_;
  const size_t max_body_;
  const BodySink sink_;
};

ReplyReader::ReplyReader(bool no_body, size_t max_body, BodySink sink)
    : parser_(std::make_unique<Parser>(no_body, max_body, std::move(sink))) {}

ReplyReader::~ReplyReader() = default;

Result<void> ReplyReader::Feed(std::string_view bytes) {
  // Usually nothing is pending and the bytes are parsed where they are.
  if (!pending_.empty()) {
    bytes = pending_.append(bytes);
    if (parser_->is_header_done() && bytes.size() < kMinChunkedRest) return {};
  }
  while (!bytes.empty() && !parser_->is_done()) {
    Code code;
    const size_t used = parser_->put(boost::asio::const_buffer(bytes.data(), bytes.size()), code);
    bytes.remove_prefix(used);
    if (code == beast::error::need_more) break;
    if (parser_->error) return *parser_->error;
    if (code == beast::error::header_limit)
      return Error::TooLarge("header of the reply is larger than 16 KiB");
    if (code) return Error::UnknownOutcome("reply of the server is malformed: " + code.message());
    if (used == 0) break;
  }
  leftover_ = parser_->is_done() && !bytes.empty();
  if (bytes.size() > kMaxPending) return Error::TooLarge("chunk header of the reply is too large");
  pending_ = std::string(bytes);
  return {};
}

Result<void> ReplyReader::End() {
  Code code;
  if (parser_->got_some()) parser_->put_eof(code);
  if (!parser_->got_some() || code) {
    return Error::UnknownOutcome("the server closed the connection before the reply was complete");
  }
  return {};
}

bool ReplyReader::complete() const { return parser_->is_done(); }
bool ReplyReader::started() const { return parser_->got_some() || !pending_.empty(); }
bool ReplyReader::reusable() const {
  return parser_->is_done() && !leftover_ && parser_->keep_alive();
}
HttpResponse ReplyReader::TakeReply() { return std::move(parser_->reply); }

}  // namespace keysteward::http
