// TestAuthority: a certificate authority made in memory, for tests that speak TLS.
//
// Keys are P-256. Validity is relative to the real now, because OpenSSL checks it against the real
// clock. A failure of OpenSSL aborts: a test cannot go on without its certificates.
//
//   TestAuthority authority;
//   const TestIdentity server = authority.Issue({.dns_names = {"localhost"}});
//   options.trust.ca_pem = authority.certificate_pem();
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace keysteward {

struct TestIdentity {
  std::string certificate_pem;  // the leaf only
  std::string key_pem;          // PKCS#8, not encrypted
};

struct LeafOptions {
  std::string common_name = "test leaf";
  std::vector<std::string> dns_names = {};
  std::vector<std::string> ip_addresses = {};  // text form
  bool client = false;  // extended key usage clientAuth instead of serverAuth
  std::chrono::seconds starts_in = std::chrono::hours(-1);
  std::chrono::seconds ends_in = std::chrono::hours(24);  // negative: expired already
};

// Not thread-safe.
class TestAuthority {
 public:
  explicit TestAuthority(const std::string& common_name = "test authority");
  ~TestAuthority();
  TestAuthority(const TestAuthority&) = delete;
  TestAuthority& operator=(const TestAuthority&) = delete;

  const std::string& certificate_pem() const { return certificate_pem_; }
  TestIdentity Issue(const LeafOptions& options);
  // A leaf signed by its own key: trusted by nobody.
  static TestIdentity SelfSigned(const LeafOptions& options);

 private:
  struct Material;
  std::unique_ptr<Material> material_;
  std::string certificate_pem_;
};

}  // namespace keysteward
