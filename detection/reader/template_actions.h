// Actions of a template before it is rendered: {{ … }} of Go and Jinja, {% … %} and {# … #} of
// Jinja.
//
// Pure and linear. An action that never ends is no action.
#pragma once

#include <string>
#include <string_view>

namespace keysteward::detection {

bool HasTemplateActions(std::string_view text);

// The document that the template would render to, as far as its text tells: the same bytes at the
// same places, but what an action inserts reads as a shell's variable ($____), and what only steers
// (if, range, end, a comment, text at a new indentation) is blank. Of branches within a line the
// first stays, of those over several lines each does.
std::string MaskActions(std::string_view text);

// The lines whose actions hold a literal, {{ .Values.key | default "abc" }}; all others are empty.
std::string LinesWithLiteralActions(std::string_view text);

}  // namespace keysteward::detection
