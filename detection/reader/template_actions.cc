#include "detection/reader/template_actions.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "common/strings.h"

namespace keysteward::detection {
namespace {

using View = std::string_view;

constexpr auto kNone = View::npos;
constexpr View kQuotes = "\"'`";

enum class Does : uint8_t { kInsert, kSteer, kElse, kEnd };

struct Action {
  size_t begin;
  size_t end;  // behind its closing braces
  Does does;
};

struct Braces {
  View open;
  View close;
};
constexpr std::array<Braces, 3> kBraces{{{"{{", "}}"}, {"{%", "%}"}, {"{#", "#}"}}};

// Whether a string of the action's language is still open at the end.
bool EndsInString(View inside) {
  char quote = 0;
  for (size_t i = 0; i < inside.size(); ++i) {
    if (quote != 0 && inside[i] == '\\' && quote == '"') {
      ++i;
    } else if (quote != 0 ? inside[i] == quote : inside[i] == '"' || inside[i] == '`') {
      quote = quote == 0 ? inside[i] : 0;
    }
  }
  return quote != 0;
}

// Where the action that begins at `open` ends; kNone when it does not. Braces in a string are the
// string's, unless none follow: an odd quote may be a comment's.
size_t EndOf(View text, size_t open, View close) {
  constexpr size_t kLongest = 16384;
  constexpr int kStrings = 8;
  const View rest = text.substr(0, open + kLongest);
  const size_t first = rest.find(close, open + 2);
  size_t end = first;
  for (int tries = 0; tries < kStrings && end != kNone; ++tries) {
    if (!EndsInString(rest.substr(open + 2, end - open - 2))) return end + close.size();
    end = rest.find(close, end + 1);
  }
  return first == kNone ? kNone : first + close.size();
}

Does WhatItDoes(View inside, bool go) {
  constexpr View kTrimmers = "-~+ \t\r\n";
  inside.remove_prefix(std::min(inside.find_first_not_of(kTrimmers), inside.size()));
  const View word = inside.substr(0, inside.find_first_of(" \t\r\n-}%("));
  if (word == "else" || word == "elif") return Does::kElse;
  if (go ? word == "end" : word.starts_with("end")) return Does::kEnd;
  if (!go || word.starts_with("/*")) return Does::kSteer;
  for (const View steering : {"if", "range", "with", "define", "block", "break", "continue"}) {
    if (word == steering) return Does::kSteer;
  }
  const bool sets =
      word.starts_with("$") && (inside.find(":=") != kNone || inside.find(" = ") != kNone);
  // A text at an indentation of its own begins a new line.
  return sets || inside.find("nindent") != kNone ? Does::kSteer : Does::kInsert;
}

std::vector<Action> FindActions(View text) {
  std::vector<Action> actions;
  size_t at = 0;
  while ((at = text.find('{', at)) != kNone) {
    const auto braces = std::find_if(kBraces.begin(), kBraces.end(), [&](const Braces& each) {
      return text.substr(at).starts_with(each.open);
    });
    const bool length_of = at > 0 && text[at - 1] == '$';  // ${#list} of a shell
    const size_t end =
        braces == kBraces.end() || length_of ? kNone : EndOf(text, at, braces->close);
    if (end == kNone) {
      ++at;
      continue;
    }
    const View inside = text.substr(at + 2, end - at - 4);
    actions.push_back({at, end, WhatItDoes(inside, braces == kBraces.begin())});
    at = end;
  }
  return actions;
}

// Calls f(actions, line start, line end) for each run of actions that share lines.
template <typename F>
void ForEachLine(View text, const std::vector<Action>& actions, F f) {
  for (size_t first = 0; first < actions.size();) {
    const size_t start = text.rfind('\n', actions[first].begin) + 1;  // npos + 1 == 0
    size_t last = first;
    size_t end = std::min(text.find('\n', actions[last].end), text.size());
    while (last + 1 < actions.size() && actions[last + 1].begin < end) {
      ++last;
      end = std::max(end, std::min(text.find('\n', actions[last].end), text.size()));
    }
    f(first, last, start, end);
    first = last + 1;
  }
}

void Blank(std::string& text, size_t begin, size_t end) {
  for (size_t i = begin; i < end; ++i) {
    if (text[i] != '\n' && text[i] != '\r') text[i] = ' ';
  }
}

bool IsBlank(View text) { return text.find_first_not_of(" \t\r\n") == kNone; }

// Whether the lines hold nothing but actions.
bool ActionsAlone(View text, const std::vector<Action>& actions, size_t first, size_t last,
                  size_t start, size_t end) {
  size_t at = start;
  for (size_t i = first; i <= last; ++i) {
    if (!IsBlank(text.substr(at, actions[i].begin - at))) return false;
    at = actions[i].end;
  }
  return IsBlank(text.substr(at, end - at));
}

void Mask(std::string& text, const Action& action) {
  const size_t line = std::min(text.find('\n', action.begin), action.end);
  Blank(text, action.begin, action.end);
  if (action.does != Does::kInsert) return;
  text[action.begin] = '$';
  for (size_t i = action.begin + 1; i < line; ++i) text[i] = '_';
}

}  // namespace

bool HasTemplateActions(View text) {
  return std::any_of(kBraces.begin(), kBraces.begin() + 2, [&](const Braces& braces) {
    const size_t open = text.find(braces.open);
    return open != kNone && text.find(braces.close, open) != kNone;
  });
}

std::string MaskActions(View text) {
  std::string masked(text);
  const std::vector<Action> actions = FindActions(text);
  ForEachLine(text, actions, [&](size_t first, size_t last, size_t start, size_t end) {
    if (ActionsAlone(text, actions, first, last, start, end)) return Blank(masked, start, end);
    const Action* otherwise = nullptr;
    for (size_t i = first; i <= last; ++i) {
      Mask(masked, actions[i]);
      if (actions[i].does == Does::kElse && otherwise == nullptr) otherwise = &actions[i];
      if (actions[i].does != Does::kEnd || otherwise == nullptr) continue;
      Blank(masked, otherwise->end, actions[i].begin);
      otherwise = nullptr;
    }
  });
  return masked;
}

std::string LinesWithLiteralActions(View text) {
  std::string lines;
  const std::vector<Action> actions = FindActions(text);
  size_t at = 0;
  ForEachLine(text, actions, [&](size_t first, size_t last, size_t start, size_t end) {
    bool literal = false;
    for (size_t i = first; i <= last; ++i) {
      const View action = text.substr(actions[i].begin, actions[i].end - actions[i].begin);
      literal |= action.find_first_of(kQuotes) != kNone || actions[i].does == Does::kElse;
    }
    if (!literal) return;
    const View between = text.substr(at, start - at);
    lines.append(static_cast<size_t>(std::count(between.begin(), between.end(), '\n')), '\n');
    lines += text.substr(start, end - start);
    at = end;
  });
  return lines;
}

}  // namespace keysteward::detection
