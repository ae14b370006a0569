// Base64 as it stands in manifests, and whether what comes out is text.
//
//   if (const auto bytes = DecodeAnyBase64(text, 4096); bytes && LooksLikeText(*bytes)) …
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace keysteward::detection {

// Standard or URL alphabet, padding optional, line breaks skipped; nothing when it is not base64 or
// longer than `limit` when decoded.
std::optional<std::string> DecodeAnyBase64(std::string_view text, size_t limit);
// Whether the first bytes could be those of a text or of gzip: most words that happen to consist of
// base64 digits are told by them, without being decoded.
bool BeginsLikeContent(std::string_view base64);
// 0 to 63 in either alphabet, -1 for any other character.
int Base64Digit(char c);
// At least nine tenths printable text and valid enough to search.
bool LooksLikeText(std::string_view bytes);

}  // namespace keysteward::detection
