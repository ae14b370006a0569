#include "http/endpoint.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

#include "common/strings.h"

namespace keysteward::http {
namespace {

Error Bad(std::string_view what) {
  return Error::InvalidArgument("URL is not accepted: " + std::string(what));
}

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsAlpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// The form an address has after it went through the system's parser, or "" if it is none.
std::string Canonical(int family, const std::string& text) {
  std::array<unsigned char, 16> bytes{};
  std::array<char, INET6_ADDRSTRLEN> out{};
  if (inet_pton(family, text.c_str(), bytes.data()) != 1) return "";
  inet_ntop(family, bytes.data(), out.data(), out.size());
  return out.data();
}

bool IsLabel(std::string_view label) {
  return !label.empty() && label.size() <= 63 && label.front() != '-' && label.back() != '-' &&
         std::all_of(label.begin(), label.end(),
                     [](char c) { return IsAlpha(c) || IsDigit(c) || c == '-' || c == '_'; });
}

// Resolvers read names whose last label is a number ("127.1", "0x7f000001") as addresses.
bool LooksLikeNumber(std::string_view label) {
  if (std::all_of(label.begin(), label.end(), IsDigit)) return true;
  return label.size() > 1 && label[0] == '0' && (label[1] == 'x' || label[1] == 'X');
}

Result<std::string> ParseName(std::string_view text) {
  if (text.empty() || text.size() > 253) return Bad("host is empty or longer than 253 characters");
  const std::vector<std::string_view> labels = Split(text, '.');
  if (!std::all_of(labels.begin(), labels.end(), IsLabel)) return Bad("host is not a DNS name");
  if (!LooksLikeNumber(labels.back())) return ToLower(text);
  const std::string address(text);
  if (Canonical(AF_INET, address) != address) return Bad("IPv4 address is not in canonical form");
  return address;
}

Result<std::string> ParseBracketed(std::string_view text) {
  const std::string canonical = Canonical(AF_INET6, std::string(text));
  if (canonical.empty()) return Bad("malformed IPv6 address");
  return canonical;
}

Result<uint16_t> ParsePort(std::string_view text) {
  uint16_t port = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (code != std::errc() || end != text.data() + text.size() || port == 0) {
    return Bad("port is not a number from 1 to 65535");
  }
  return port;
}

Result<void> ParseAuthority(std::string_view authority, Endpoint& out) {
  std::string_view host = authority;
  std::string_view port;
  const bool bracketed = !authority.empty() && authority[0] == '[';
  const size_t from = bracketed ? authority.find(']') : 0;
  if (from == std::string_view::npos) return Bad("\"[\" without \"]\"");
  const size_t colon = authority.find(':', from);
  if (colon != std::string_view::npos) {
    host = authority.substr(0, colon);
    port = authority.substr(colon + 1);
    KS_ASSIGN_OR_RETURN(out.port, ParsePort(port));
  }
  if (!bracketed) {
    KS_ASSIGN_OR_RETURN(out.host, ParseName(host));
    return {};
  }
  if (host.back() != ']') return Bad("text after \"]\"");
  KS_ASSIGN_OR_RETURN(out.host, ParseBracketed(host.substr(1, host.size() - 2)));
  return {};
}

Result<std::string> ParseBasePath(std::string_view path) {
  constexpr std::string_view kMarks = "-._~!$&'()*+,;=:@/";
  while (!path.empty() && path.back() == '/') path.remove_suffix(1);
  if (path.empty()) return std::string();
  if (!std::all_of(path.begin(), path.end(), [&](char c) {
        return IsAlpha(c) || IsDigit(c) || kMarks.find(c) != std::string_view::npos;
      })) {
    return Bad("path holds a character other than unreserved ones and \"/\"");
  }
  const std::vector<std::string_view> segments = Split(path.substr(1), '/');
  if (std::any_of(segments.begin(), segments.end(), [](std::string_view segment) {
        return segment.empty() || segment == "." || segment == "..";
      })) {
    return Bad("path holds an empty, \".\" or \"..\" segment");
  }
  return std::string(path);
}

}  // namespace

Result<Endpoint> Endpoint::Parse(std::string_view url) {
  Endpoint out;
  const size_t mark = url.find("://");
  out.scheme = mark == std::string_view::npos ? "" : ToLower(url.substr(0, mark));
  if (out.scheme != "https" && out.scheme != "http") return Bad("scheme must be https or http");
  out.port = out.scheme == "https" ? 443 : 80;
  const std::string_view rest = url.substr(mark + 3);
  if (rest.find_first_of("?#") != std::string_view::npos) return Bad("query or fragment");
  const size_t slash = std::min(rest.find('/'), rest.size());
  const std::string_view authority = rest.substr(0, slash);
  if (authority.find('@') != std::string_view::npos) return Bad("user information");
  KS_RETURN_IF_ERROR(ParseAuthority(authority, out));
  KS_ASSIGN_OR_RETURN(out.base_path, ParseBasePath(rest.substr(slash)));
  return out;
}

bool Endpoint::host_is_address() const {
  return !Canonical(AF_INET, host).empty() || !Canonical(AF_INET6, host).empty();
}

std::string Endpoint::Authority() const {
  const std::string name = host.find(':') == std::string::npos ? host : "[" + host + "]";
  const uint16_t standard = scheme == "https" ? 443 : 80;
  return port == standard ? name : name + ":" + std::to_string(port);
}

std::string Endpoint::Url() const { return scheme + "://" + Authority() + base_path; }

}  // namespace keysteward::http
