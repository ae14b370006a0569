#include "http/beast/reply_text.h"

#include <algorithm>

namespace keysteward::http {
namespace {

struct StatusName {
  int status;
  std::string_view text;
};

constexpr StatusName kStatusNames[] = {
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {204, "No Content"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {307, "Temporary Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {417, "Expectation Failed"},
    {422, "Unprocessable Content"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
    {505, "HTTP Version Not Supported"},
};

bool Splits(const std::string& text) {
  return text.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos;
}

bool Sendable(const HttpReply& reply) {
  return reply.status >= 200 && reply.status <= 599 &&
         std::none_of(reply.headers.begin(), reply.headers.end(), [](const auto& header) {
           return header.first.empty() || Splits(header.first) || Splits(header.second);
         });
}

void AppendField(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ").append(value).append("\r\n");
}

}  // namespace

std::string_view StatusText(int status) {
  for (const StatusName& name : kStatusNames) {
    if (name.status == status) return name.text;
  }
  return "Unknown";
}

std::string ReplyBytes(const HttpReply& reply, ReplyEnd end, bool head) {
  if (!Sendable(reply)) {
    return ReplyBytes(HttpReply::Text(500, "internal error\n"), ReplyEnd::kClose, head);
  }
  const bool bodiless = reply.status == 204 || reply.status == 304;
  std::string out;
  out.reserve(256 + reply.body.size());
  out.append("HTTP/1.1 ").append(std::to_string(reply.status)).append(" ");
  out.append(StatusText(reply.status)).append("\r\n");
  for (const auto& [name, value] : reply.headers) AppendField(out, name, value);
  if (!bodiless) AppendField(out, "Content-Length", std::to_string(reply.body.size()));
  if (end == ReplyEnd::kClose) AppendField(out, "Connection", "close");
  out.append("\r\n");
  if (!bodiless && !head) out.append(reply.body);
  return out;
}

}  // namespace keysteward::http
