// The forms that clear a value, by family; clearing.cc orders them and says which claim each meets.
//
// Each takes a trimmed value and is linear in it. Pure functions.
//
//   IsVariable("$(DB_PASSWORD)")  // clearing_fillings.cc
#pragma once

#include <algorithm>
#include <initializer_list>
#include <string_view>

namespace keysteward::detection::forms {

using View = std::string_view;

// Filled in elsewhere, or not filled in at all.
bool IsVariable(View v);
bool IsAngled(View v);
bool IsPlaceholder(View v);
bool IsEncodedPlaceholder(View v);
bool IsNothing(View v);
bool IsFiller(View v);
bool HasFillerTail(View v);
bool IsVendorConstant(View v);

// Program text: calls, members, types, regular expressions.
bool IsExpression(View v);
bool IsProgramText(View v);  // an expression that nobody would take for a passphrase
// Text for people: labels of forms, sentences.
bool IsLabel(View v);
bool IsProse(View v);
bool IsSentence(View v);  // prose that nobody would take for a passphrase
// forest walnut umbrella copper, forest.walnut.umbrella.copper: four to eight plain words that make
// no sentence and name no setting.
bool IsPassphrase(View v);

// Names of other things.
bool IsReference(View v);
bool IsPath(View v);
bool IsUrlWithoutUser(View v);
bool IsHostOrAddress(View v);
bool IsImage(View v);
bool IsNamespacedName(View v);
bool IsDataSourceWithoutPassword(View v);
bool IsReportAddress(View v);
bool IsVariableName(View v);

// Ordinary settings.
bool IsSetting(View v);  // versions, regions, times, algorithms, methods
bool IsHeaderName(View v);
bool IsEntryName(View v);
bool IsColonName(View v);
bool IsNote(View v);
bool IsDocument(View v);

// Harmless to publish.
bool IsNumber(View v);
bool IsQuantity(View v);
bool IsUuid(View v);
bool IsIdOfIds(View v);
bool IsDummyUuid(View v);
bool IsDigest(View v);
bool IsPasswordHash(View v);
bool IsCiphertext(View v);
bool IsPublicMaterial(View v);

// What the families share.
inline bool Contains(View text, View part) { return text.find(part) != View::npos; }
inline bool StartsWithAny(View text, std::initializer_list<View> starts) {
  return std::any_of(starts.begin(), starts.end(), [&](View s) { return text.starts_with(s); });
}
inline bool Wrapped(View text, View open, View close) {
  return text.size() > open.size() + close.size() && text.starts_with(open) &&
         text.ends_with(close);
}
inline bool IsLower(char c) { return c >= 'a' && c <= 'z'; }
inline bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }
inline bool IsAlpha(char c) { return IsLower(c) || IsUpper(c); }
inline bool IsDigit(char c) { return c >= '0' && c <= '9'; }

}  // namespace keysteward::detection::forms
