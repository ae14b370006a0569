#include "operator/issuers/http/reply_reader.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "common/duration.h"
#include "common/json.h"

namespace keysteward::op {

using nlohmann::json;

namespace {

constexpr size_t kMaxId = 256;
// A key is sent in a header, and common servers take header lines of up to 8 kB.
constexpr size_t kMaxValue = 7 * 1024;
constexpr std::chrono::milliseconds kLongestRetryAfter = std::chrono::seconds(60);

// The member at a JSON Pointer, or nullptr. The pointer was checked by the schema.
const json* At(const json& document, const std::string& pointer) {
  try {
    const json::json_pointer path(pointer);
    return document.contains(path) ? &document.at(path) : nullptr;
  } catch (const json::exception&) {
    return nullptr;
  }
}

// A string, or an integer as text, as providers use for ids.
std::optional<std::string> TextAt(const json& document, const std::string& pointer) {
  const json* found = At(document, pointer);
  if (found == nullptr) return std::nullopt;
  if (found->is_string()) return found->get<std::string>();
  if (found->is_number_integer()) return found->dump();
  return std::nullopt;
}

bool Printable(const std::string& text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

bool IsGoodId(const std::string& id) { return !id.empty() && id.size() <= kMaxId && Printable(id); }

Result<std::string> IdAt(const json& document, const std::string& pointer) {
  const std::optional<std::string> id = TextAt(document, pointer);
  if (!id) return Error::InvalidArgument("the answer has no key id at " + pointer);
  if (!IsGoodId(*id)) {
    return Error::InvalidArgument("the key id at " + pointer +
                                  " is empty, too long or holds unprintable characters");
  }
  return *id;
}

Result<SecretBytes> ValueAt(json& document, const std::string& pointer) {
  const json* found = At(document, pointer);
  if (found == nullptr || !found->is_string()) {
    return Error::InvalidArgument("the answer has no key value at " + pointer);
  }
  auto& text = const_cast<std::string&>(found->get_ref<const std::string&>());
  const bool good = !text.empty() && text.size() <= kMaxValue && Printable(text);
  SecretBytes value = SecretBytes::CopyOf(text);
  WipeString(text);
  if (good) return value;
  return Error::InvalidArgument(
      "the key value at " + pointer +
      " is empty, longer than 7 kB or holds blanks or control characters");
}

std::optional<std::chrono::milliseconds> RetryAfter(const http::HttpResponse& reply) {
  const std::string_view text = http::FindHeader(reply.headers, "Retry-After");
  int64_t seconds = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (failure != std::errc() || end != text.data() + text.size() || seconds < 0) {
    return std::nullopt;
  }
  return std::min<std::chrono::milliseconds>(std::chrono::seconds(std::min<int64_t>(seconds, 3600)),
                                             kLongestRetryAfter);
}

bool Among(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool Among(const std::vector<int>& codes, int code) {
  return std::find(codes.begin(), codes.end(), code) != codes.end();
}

Result<ListedKey> ReadItem(const api::v1alpha1::HttpList& described, const json& item) {
  ListedKey key;
  KS_ASSIGN_OR_RETURN(key.id, IdAt(item, described.id));
  if (described.label) key.label = TextAt(item, *described.label).value_or("");
  if (described.state) {
    key.live = Among(described.state->live, TextAt(item, described.state->at).value_or(""));
  }
  return key;
}

}  // namespace

Error StatusError(const http::HttpResponse& reply, bool changes) {
  const int status = reply.status;
  ErrorCode code = changes ? ErrorCode::kUnknownOutcome : ErrorCode::kUnavailable;
  // A refusal, whatever its number; 408 says that the server gave up waiting.
  if (status >= 300 && status < 500 && status != 408) code = ErrorCode::kInvalidArgument;
  if (status == 401 || status == 403) code = ErrorCode::kPermissionDenied;
  if (status == 404) code = ErrorCode::kNotFound;
  if (status == 429) code = ErrorCode::kResourceExhausted;
  Error error = Error::Make(code, "the provider answered " + std::to_string(status));
  error.retry_after = RetryAfter(reply);
  return error;
}

Result<IssuedKey> ReadCreated(const api::v1alpha1::HttpCreate& described,
                              const http::HttpResponse& reply) {
  KS_ASSIGN_OR_RETURN(json document, ParseJson(reply.body));
  IssuedKey key;
  KS_ASSIGN_OR_RETURN(key.id, IdAt(document, described.id_at));
  KS_ASSIGN_OR_RETURN(key.value, ValueAt(document, described.key_at));
  if (described.expires_at_at) {
    if (const auto text = TextAt(document, *described.expires_at_at)) {
      Result<WallTime> time = ParseTime(*text);
      if (!time) {
        return Error::InvalidArgument("the expiry at " + *described.expires_at_at +
                                      " is not an RFC 3339 time");
      }
      key.expires_at = *time;
    }
  }
  return key;
}

Result<ListedPage> ReadListed(const api::v1alpha1::HttpList& described,
                              const http::HttpResponse& reply) {
  KS_ASSIGN_OR_RETURN(const json document, ParseJson(reply.body));
  const json* items = described.items.empty() ? &document : At(document, described.items);
  if (items == nullptr || !items->is_array()) {
    return Error::InvalidArgument("the answer has no list at " +
                                  (described.items.empty() ? "its top" : described.items));
  }
  ListedPage page;
  for (const json& item : *items) {
    KS_ASSIGN_OR_RETURN(ListedKey key, ReadItem(described, item));
    if (!key.label.empty()) page.keys.push_back(std::move(key));
  }
  if (described.next) page.next = TextAt(document, described.next->at).value_or("");
  return page;
}

ProbeReply ReadProbed(const api::v1alpha1::HttpProbe& described, const http::HttpResponse& reply) {
  ProbeReply probed;
  probed.status = reply.status;
  if (Among(described.refused, reply.status)) probed.answer = ProbeAnswer::kRefused;
  if (Among(described.live, reply.status)) probed.answer = ProbeAnswer::kAccepted;
  if (probed.answer != ProbeAnswer::kAccepted || !described.id) return probed;
  const Result<json> document = ParseJson(reply.body);
  if (!document) return probed;
  const std::optional<std::string> id = TextAt(*document, *described.id);
  if (id && IsGoodId(*id)) probed.key_id = *id;
  return probed;
}

Result<LastUse> ReadLastUse(const api::v1alpha1::HttpLastUsed& described,
                            const http::HttpResponse& reply) {
  KS_ASSIGN_OR_RETURN(const json document, ParseJson(reply.body));
  const json* found = At(document, described.at);
  if (found == nullptr) return LastUse{};
  if (found->is_null()) return LastUse{.use = Use::kNever};
  if (described.format == api::v1alpha1::TimeFormat::kUnixSeconds && found->is_number_integer()) {
    const int64_t seconds = found->get<int64_t>();
    if (seconds < 0 || seconds > 9'000'000'000) return LastUse{};
    return LastUse{.use = Use::kAt, .at = WallTime(std::chrono::seconds(seconds))};
  }
  if (!found->is_string()) return LastUse{};
  const Result<WallTime> time = ParseTime(found->get<std::string>());
  return time ? LastUse{.use = Use::kAt, .at = *time} : LastUse{};
}

}  // namespace keysteward::op
