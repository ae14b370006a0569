#include "detection/values/clearing.h"

#include "common/strings.h"
#include "detection/values/clearing_forms.h"

namespace keysteward::detection {
namespace {

using namespace forms;  // NOLINT(google-build-using-namespace): its header is for this file

struct Rule {
  bool (*holds)(View);
  View reason;
  bool named = true;     // applies beside a name
  bool password = true;  // applies beside the name of a password
  bool format = true;    // applies to a provider's format
};

constexpr Rule kRules[] = {
    {IsVariable, "a variable, filled in elsewhere"},
    {IsAngled, "a placeholder in angle brackets"},
    {IsVendorConstant, "a constant that the vendor publishes for documentation"},
    {IsPlaceholder, "a placeholder"},
    {IsEncodedPlaceholder, "a placeholder in base64", true, true, false},
    {IsNothing, "empty or a switch", true, true, false},
    {IsFiller, "filler characters", true, false, true},
    {HasFillerTail, "filler characters", false, false, true},
    {IsCiphertext, "ciphertext", true, true, false},
    {IsPasswordHash, "a hash, not a password"},
    {IsPublicMaterial, "a public key or certificate", true, true, false},
    {IsReference, "a reference to a secret store", true, true, false},
    {IsExpression, "program text", true, false, false},
    {IsProgramText, "program text", false, true, false},
    {IsVariableName, "the name of a variable", true, true, false},
    {IsNamespacedName, "a name in a namespace", true, true, false},
    {IsEntryName, "a name of several parts", true, true, false},
    {IsColonName, "a name of several parts", true, false, false},
    {IsHeaderName, "the name of a header", true, true, false},
    {IsSetting, "a version, a region or an algorithm", true, true, false},
    {IsDocument, "a document whose members are judged", true, true, false},
    {IsLabel, "text for people", true, true, false},
    {IsNumber, "a number, quantity or duration", true, false, false},
    {IsQuantity, "a number, quantity or duration", true, true, false},
    {IsDummyUuid, "filler characters"},
    {IsUuid, "a UUID", true, true, false},
    {IsIdOfIds, "a name made of UUIDs", true, true, false},
    {IsDigest, "a digest"},
    {IsPath, "a path", true, true, false},
    {IsUrlWithoutUser, "a URL without a password", true, true, false},
    {IsReportAddress, "an address that errors are reported to", true, true, false},
    {IsDataSourceWithoutPassword, "a data source without a password", true, true, false},
    {IsHostOrAddress, "a host name or e-mail address", true, true, false},
    {IsImage, "an image reference", true, true, false},
    {IsProse, "prose", true, false, false},
    {IsSentence, "prose", false, true, false},
    {IsNote, "a note where the value is", true, true, false},
};

// The password of user:password@tcp(host), or "".
View DataSourcePassword(View v) {
  for (const View server : {"@tcp(", "@unix(", "@("}) {
    const size_t at = v.find(server);
    const size_t colon = v.substr(0, at).find(':');
    if (at != View::npos && colon != View::npos) return v.substr(colon + 1, at - colon - 1);
  }
  return {};
}

// The password of scheme://user:password@host, or "".
View UrlPassword(View v) {
  const size_t scheme = v.find("://");
  if (scheme == View::npos) return DataSourcePassword(v);
  if (scheme == 0 || scheme > 20) return {};
  const View authority = v.substr(scheme + 3, v.find_first_of("/?#", scheme + 3) - scheme - 3);
  const size_t at = authority.find('@');
  const size_t colon = authority.substr(0, at).find(':');
  return at == View::npos || colon == View::npos ? View()
                                                 : authority.substr(colon + 1, at - colon - 1);
}

std::optional<View> ClearedByForm(View value, Claim claim) {
  for (const Rule& rule : kRules) {
    const bool applies = claim == Claim::kFormat     ? rule.format
                         : claim == Claim::kPassword ? rule.password
                                                     : rule.named;
    if (applies && rule.holds(value)) return rule.reason;
  }
  return std::nullopt;
}

}  // namespace

std::optional<View> ClearedBecause(View value, Claim claim) {
  value = Trim(value);
  if (const auto reason = ClearedByForm(value, claim)) return reason;
  // base64:YOUR_KEY, of Laravel
  if (value.starts_with("base64:") && IsPlaceholder(value.substr(7))) return "a placeholder";
  // "\"true\"": quotes that a template left
  if (Wrapped(value, "\"", "\"") && claim != Claim::kFormat) {
    if (const auto reason = ClearedByForm(value.substr(1, value.size() - 2), claim)) return reason;
  }
  if (const View password = UrlPassword(value); !password.empty() && claim != Claim::kFormat) {
    if (IsFiller(password) || ClearedBecause(password, Claim::kPassword)) {
      return "a URL whose password is a placeholder";
    }
  }
  return std::nullopt;
}

}  // namespace keysteward::detection
