// Refusal: why a request gets an error status and its connection is closed.
#pragma once

#include <string_view>

namespace keysteward::http {

struct Refusal {
  int status;
  std::string_view reason;  // constant text: the reply's body and the metric's label
};

}  // namespace keysteward::http
