#include "detection/fields/command_parts.h"

#include <algorithm>

#include "detection/values/statistics.h"

namespace keysteward::detection {
namespace {

using View = std::string_view;
using Part = CommandPart;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

View After(View word, char mark) {
  const size_t at = word.find(mark);
  return at == View::npos || at == 0 ? View() : word.substr(at + 1);
}

bool IsFilledInLater(View text) {
  return text.empty() || View("$<`%{").find(text[0]) != View::npos;
}

View Unquoted(View word) {
  const bool quoted =
      word.size() >= 2 && (word[0] == '"' || word[0] == '\'') && word.back() == word[0];
  return quoted ? word.substr(1, word.size() - 2) : word;
}

// user/x@database; sqlldr says userid= before it. /nolog and user@//host hold none.
View OraclePassword(View login) {
  if (login.starts_with("userid=")) login.remove_prefix(7);
  const size_t slash = login.find_first_of("/@=");
  if (slash == View::npos || slash == 0 || login[slash] != '/') return {};
  const View rest = login.substr(slash + 1);
  return rest.substr(0, rest.rfind('@'));
}

}  // namespace

View PartOf(View word, Part part) {
  word = Unquoted(word);
  View credential;
  switch (part) {
    case Part::kWhole:
    case Part::kGlued:
      credential = word;
      break;
    case Part::kWithDigit:
      if (std::any_of(word.begin(), word.end(), IsDigit)) credential = word;
      break;
    case Part::kNothing:
    case Part::kGluedOnly:
      break;
    case Part::kAfterColon:
      credential = After(word, ':');
      if (credential.starts_with("//")) credential = {};  // a URL
      break;
    case Part::kAfterPercent:
      credential = After(word, '%');
      break;
    case Part::kAfterComma:
      credential = After(word, ',');
      break;
    case Part::kAfterLast:
      credential = After(word, ':');
      credential = credential.substr(credential.rfind(':') + 1);
      break;
    case Part::kAfterPass:
      if (word.starts_with("pass:")) credential = word.substr(5);
      break;
    case Part::kAfterSlash:
      credential = OraclePassword(word);
      break;
  }
  // mirror:"$HARBOR_PW"
  if (credential.starts_with('"') || credential.starts_with('\''))
    credential = Unquoted(credential);
  return IsFilledInLater(credential) ? View() : credential;
}

View FirstLine(View input) {
  return input.substr(0, std::min(input.find('\n'), input.find("\\n")));
}

View LoginIn(View word) {
  const View user = word.substr(0, word.find(':'));
  for (const View scheme : {"basic", "oidc", "oauth", "oauth2", "jwt", "ldap", "saml", "github",
                            "gitlab", "google", "file", "env", "cert", "mtls", "kerberos"}) {
    if (user == scheme) return {};
  }
  const View login = PartOf(word, Part::kAfterColon);
  return LooksLikePassword(Measure(login)) ? login : View();
}

}  // namespace keysteward::detection
