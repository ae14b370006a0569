#include "http/beast/request_reader.h"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <optional>

#include "http/beast/header_block.h"
#include "http/beast/request_rules.h"
#include "http/beast/target.h"

namespace keysteward::http {
namespace {

namespace beast = boost::beast;
using BeastParser = beast::http::request_parser<beast::http::string_body>;

// The shortest rest of a chunked body, "0 CRLF CRLF". The parser asserts that it gets as much when
// it looks at the last chunk's header a second time.
constexpr size_t kMinChunkedRest = 5;
// Enough for "CRLF, chunk size in hex, CRLF"; anything longer is an extension or padding.
constexpr size_t kMaxPartialChunkHeader = 64;

std::string_view View(beast::string_view text) { return {text.data(), text.size()}; }

RequestFacts FactsOf(const beast::http::fields& fields) {
  RequestFacts facts;
  for (const auto& field : fields) {
    const std::string_view value = View(field.value());
    switch (field.name()) {
      case beast::http::field::host:
        facts.host.push_back(value);
        break;
      case beast::http::field::content_length:
        facts.content_length.push_back(value);
        break;
      case beast::http::field::transfer_encoding:
        facts.transfer_encoding.push_back(value);
        break;
      case beast::http::field::content_type:
        facts.content_type.push_back(value);
        break;
      case beast::http::field::content_encoding:
        facts.content_encoding.push_back(value);
        break;
      case beast::http::field::expect:
        facts.expect.push_back(value);
        break;
      default:
        break;
    }
  }
  return facts;
}

Refusal RefusalOf(const beast::error_code& code) {
  using beast::http::error;
  if (code == error::body_limit) return {413, "body too large"};
  if (code == error::header_limit) return {431, "header too large"};
  return {400, "malformed request"};
}

size_t CountFields(const beast::http::fields& fields) {
  return static_cast<size_t>(std::distance(fields.begin(), fields.end()));
}

}  // namespace

struct RequestReader::Parser {
  explicit Parser(const ServerLimits& limits) : header(limits) {}

  HeaderBlock header;
  std::optional<BeastParser> beast;
  Target target;
  size_t fields = 0;  // when the header ended
  bool chunk_extension = false;
  std::string partial_chunk;  // chunk header that is not complete yet
  std::function<void(uint64_t, beast::string_view, beast::error_code&)> on_chunk =
      [this](uint64_t, beast::string_view extension, beast::error_code& code) {
        if (extension.empty()) return;
        chunk_extension = true;
        code = beast::http::error::bad_chunk_extension;
      };
};

RequestReader::RequestReader(const ServerLimits& limits, bool json_bodies_only, BodyBudget& budget)
    : limits_(limits),
      json_bodies_only_(json_bodies_only),
      charge_(budget),
      parser_(std::make_unique<Parser>(limits)) {}

RequestReader::~RequestReader() = default;

void RequestReader::Reset() {
  parser_->header.Clear();
  parser_->beast.reset();
  parser_->partial_chunk.clear();
  charge_.Release();
  phase_ = ReadPhase::kIdle;
}

ReadState RequestReader::Refuse(const Refusal& refusal) {
  refusal_ = refusal;
  phase_ = ReadPhase::kDone;
  return ReadState::kRefused;
}

ReadState RequestReader::Feed(std::string_view& input) {
  if (phase_ == ReadPhase::kBody) return FeedBody(input);
  if (input.empty()) return ReadState::kMore;
  phase_ = ReadPhase::kHeader;
  return FeedHeader(input);
}

ReadState RequestReader::FeedHeader(std::string_view& input) {
  switch (parser_->header.Feed(input)) {
    case HeaderBlock::State::kMore:
      return ReadState::kMore;
    case HeaderBlock::State::kRefused:
      return Refuse(parser_->header.refusal());
    case HeaderBlock::State::kComplete:
      break;
  }
  const ReadState started = StartRequest();
  return started == ReadState::kMore ? FeedBody(input) : started;
}

ReadState RequestReader::StartRequest() {
  BeastParser& parser = parser_->beast.emplace();
  parser.eager(true);
  parser.header_limit(static_cast<uint32_t>(limits_.header_bytes + 1));
  parser.body_limit(limits_.body_bytes);
  parser.on_chunk_header(parser_->on_chunk);
  beast::error_code code;
  const std::string& bytes = parser_->header.bytes();
  parser.put(boost::asio::buffer(bytes), code);
  if (code == beast::http::error::need_more) code = {};
  if (code) return Refuse(RefusalOf(code));
  if (!parser.is_header_done()) return Refuse({400, "malformed request"});
  const RequestFacts facts = FactsOf(parser.get());
  if (std::optional<Refusal> refusal =
          CheckRequest(facts, {limits_.body_bytes, json_bodies_only_})) {
    return Refuse(*refusal);
  }
  Result<Target> target = ParseTarget(View(parser.get().target()));
  if (!target) return Refuse({400, "malformed request target"});
  parser_->target = *std::move(target);
  parser_->fields = CountFields(parser.get());
  phase_ = ReadPhase::kBody;
  if (facts.WantsContinue() && !parser.is_done()) return ReadState::kContinue;
  return ReadState::kMore;
}

// Hands over a chunk header only when it is whole, since the parser does not keep part of one.
ReadState RequestReader::FeedBody(std::string_view& input) {
  std::string& partial = parser_->partial_chunk;
  ReadState state = ReadState::kMore;
  if (partial.empty()) {
    state = PutBody(input);
    if (state == ReadState::kMore) partial.assign(input);
  } else {
    partial.append(input);
    std::string_view rest = partial;
    if (partial.size() >= kMinChunkedRest) state = PutBody(rest);
    // What is left was all in `input`: the part kept from before was not enough for anything.
    if (state != ReadState::kMore) {
      input.remove_prefix(input.size() - std::min(rest.size(), input.size()));
      return state;
    }
    partial.erase(0, partial.size() - rest.size());
  }
  if (state != ReadState::kMore) return state;
  input = {};
  if (partial.size() > kMaxPartialChunkHeader) return Refuse({400, "malformed chunk"});
  return state;
}

ReadState RequestReader::PutBody(std::string_view& bytes) {
  BeastParser& parser = *parser_->beast;
  beast::error_code code;
  while (!parser.is_done() && !bytes.empty() && !code) {
    bytes.remove_prefix(parser.put(boost::asio::buffer(bytes.data(), bytes.size()), code));
    if (!charge_.GrowTo(parser.get().body().size())) {
      return Refuse({503, "too many request bodies at once"});
    }
  }
  if (code && code != beast::http::error::need_more) return Refuse(RefusalOf(code));
  if (!parser.is_done()) return ReadState::kMore;
  if (CountFields(parser.get()) != parser_->fields) return Refuse({400, "trailers not supported"});
  phase_ = ReadPhase::kDone;
  return ReadState::kComplete;
}

bool RequestReader::keep_alive() const { return parser_->beast->get().keep_alive(); }

ServerRequest RequestReader::Take() {
  auto& message = parser_->beast->get();
  ServerRequest request;
  request.method = std::string(View(message.method_string()));
  request.path = std::move(parser_->target.path);
  request.query = std::move(parser_->target.query);
  request.headers.reserve(parser_->fields);
  for (const auto& field : message) {
    request.headers.emplace_back(View(field.name_string()), View(field.value()));
  }
  request.body = std::move(message.body());
  return request;
}

}  // namespace keysteward::http
