// ServiceRig: a key service without sockets, with time and randomness of the test's own.
//
//   ServiceRig rig;
//   const std::string secret = rig.Create("team/app/1-1").at("secret");
//   EXPECT_EQ(rig.WhoAmI(secret), 200);
#pragma once

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "common/json.h"
#include "common/strings.h"
#include "e2e/providers/keyserver/admin_api.h"
#include "e2e/providers/keyserver/public_api.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_random.h"

namespace keysteward::keyserver {

class ServiceRig {
 public:
  explicit ServiceRig(KeyStoreOptions options = {}) : keys_(std::move(options), random_, clock_) {}

  http::HttpReply Call(const std::string& method, const std::string& target,
                       const std::string& bearer, const std::string& body = "",
                       const std::string& idempotency_key = "") {
    http::ServerRequest request;
    request.method = method;
    const size_t mark = target.find('?');
    request.path = target.substr(0, mark);
    if (mark != std::string::npos) request.query = target.substr(mark + 1);
    request.headers = {{"authorization", "Bearer " + bearer}};
    if (!idempotency_key.empty()) request.headers.emplace_back("idempotency-key", idempotency_key);
    request.body = body;
    return api_.Handle(request);
  }
  http::HttpReply AsAdmin(const std::string& method, const std::string& target,
                          const std::string& body = "", const std::string& idempotency_key = "") {
    return Call(method, target, "admin-token", body, idempotency_key);
  }
  http::HttpReply PostKey(const std::string& name, const std::string& idempotency_key = "") {
    const nlohmann::json body = {{"name", name}, {"scopes", {"read"}}};
    return AsAdmin("POST", "/v1/keys", DumpJson(body), idempotency_key);
  }
  // The body of a creation that succeeded.
  nlohmann::json Create(const std::string& name, const std::string& idempotency_key = "") {
    const http::HttpReply reply = PostKey(name, idempotency_key);
    EXPECT_EQ(reply.status, 201) << reply.body;
    return Body(reply);
  }
  int WhoAmI(const std::string& secret) { return Call("GET", "/v1/whoami", secret).status; }
  std::vector<std::string> ListedIds() {
    std::vector<std::string> ids;
    const nlohmann::json page = Body(AsAdmin("GET", "/v1/keys?limit=100"));
    for (const auto& key : page.at("data")) {
      ids.push_back(key.at("id"));
    }
    return ids;
  }
  void Inject(const nlohmann::json& fault) {
    const Result<void> added = faults_.Add(fault);
    EXPECT_TRUE(added) << added.error().ToString();
  }
  // The journal, entry by entry.
  std::vector<nlohmann::json> Entries(uint64_t after = 0) const {
    std::vector<nlohmann::json> entries;
    const std::string lines = journal_.LinesAfter(after);
    for (const std::string_view line : Split(lines, '\n')) {
      if (!line.empty()) entries.push_back(ParseJson(line).value());
    }
    return entries;
  }
  static nlohmann::json Body(const http::HttpReply& reply) {
    return ParseJson(reply.body).value_or(nlohmann::json());
  }

  FakeClock& clock() { return clock_; }
  KeyStore& keys() { return keys_; }
  Faults& faults() { return faults_; }
  AdminApi& admin() { return admin_; }
  int changes() const { return changes_; }

 private:
  FakeClock clock_;
  FakeRandom random_;
  int changes_ = 0;
  KeyStore keys_;
  Faults faults_;
  Journal journal_{clock_};
  PublicApi api_{{keys_, faults_, journal_, clock_}, SecretBytes::CopyOf("admin-token"), [this] {
                   ++changes_;
                 }};
  AdminApi admin_{{keys_, faults_, journal_, clock_}, [this] { ++changes_; }};
};

}  // namespace keysteward::keyserver
