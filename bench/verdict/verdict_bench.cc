// Time of one verdict inside the webhook: the bytes of an object to what is said of it.
//
//   verdict_bench
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <string>
#include <vector>

#include "detection/reader/manifest_reader.h"
#include "policy/judge.h"

namespace keysteward::policy {
namespace {

double CpuNow() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

std::string Container(int number, int entries, int variant) {
  std::string json = R"({"name":"c)" + std::to_string(number) +
                     R"(","image":"registry.example.com/shop/api:1.4.2","env":[)";
  for (int e = 0; e < entries; ++e) {
    json += (e > 0 ? "," : "") + std::string(R"({"name":"SETTING_)") + std::to_string(e) +
            R"(","value":"https://service-)" +
            std::to_string((variant * 100 + number) * entries + e) + R"(.shop.svc:8080/v1"})";
  }
  json += R"(,{"name":"TOKEN","valueFrom":{"secretKeyRef":{"name":"owned","key":"token"}}})";
  return json + "]}";
}

std::string Deployment(int containers, int entries, int variant) {
  std::string json =
      R"({"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"api","namespace":"shop"},)"
      R"("spec":{"replicas":3,"template":{"spec":{"containers":[)";
  for (int c = 0; c < containers; ++c) json += (c > 0 ? "," : "") + Container(c, entries, variant);
  return json + "]}}}}";
}

// Files of settings, as large as etcd takes them.
std::string ConfigMap(size_t bytes, int variant) {
  std::string json =
      R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"files","namespace":"shop"},)"
      R"("data":{"nginx.conf":")";
  for (int i = 0; json.size() < bytes; ++i) {
    json += "server {\\n  listen 80" + std::to_string(i % 100) + ";\\n  server_name host-" +
            std::to_string(variant * 10'000 + i) +
            ".example.com;\\n  location / { proxy_pass http://upstream-" + std::to_string(i) +
            ":8080; }\\n  # comment about this server\\n}\\n";
  }
  return json + "\"}}";
}

// Every Secret has an owner and an end.
class OwnedSecrets final : public SecretLookup {
 public:
  SecretState Find(std::string_view, std::string_view) const override {
    return {SecretState::Presence::kFound,
            false,
            {{"keysteward.dev/owner", "payments"}, {"keysteward.dev/expires-at", "2026-12-31"}}};
  }
};

class Bench {
 public:
  // Microseconds of one verdict; `allowed` is what it must say.
  double Verdict(const std::string& json, bool allowed) {
    const double start = CpuNow();
    const Result<detection::ManifestFile> file = reader_.ReadJson(json);
    if (!file) std::abort();
    Review review;
    review.object = file->documents[0].root;
    review.identity = detection::IdentityOf(*review.object);
    const policy::Verdict verdict = Judge(review, {*engine_, *scratch_, snapshot_, secrets_, now_});
    const double micros = (CpuNow() - start) * 1e6;
    if ((verdict.action != Action::kDeny) != allowed) std::abort();
    return micros;
  }

  // Of rounds whose values differ, as those of different reviews do; limit and figure are the p99.
  bool Print(const char* name, const std::vector<std::string>& objects, bool allowed,
             double limit) {
    std::vector<double> micros;
    const size_t rounds = objects[0].size() > 100'000 ? 300 : 5000;
    for (size_t i = 0; i < rounds; ++i) {
      micros.push_back(Verdict(objects[i % objects.size()], allowed));
    }
    std::sort(micros.begin(), micros.end());
    const double p99 = micros[micros.size() * 99 / 100];
    std::printf("%-24s %8zu B   p50 %8.1f us   p99 %8.1f us   limit %6.0f  %.2f  %s\n", name,
                objects[0].size(), micros[micros.size() / 2], p99, limit, p99 / limit,
                p99 <= limit ? "ok" : "missed");
    return p99 <= limit;
  }

 private:
  std::unique_ptr<detection::Engine> engine_ = detection::Engine::CreateDefault().value();
  std::unique_ptr<detection::Scratch> scratch_ = engine_->NewScratch();
  detection::ManifestReader reader_;
  PolicySnapshot snapshot_;
  OwnedSecrets secrets_;
  WallTime now_ = WallTime(std::chrono::seconds(1'795'000'000));
};

template <typename Make>
std::vector<std::string> Several(int count, Make make) {
  std::vector<std::string> objects;
  for (int i = 0; i < count; ++i) objects.push_back(make(i));
  return objects;
}

int Run() {
  Bench bench;
  bool ok = true;
  const auto text = [](const char* value) { return std::string(value); };
  ok &= bench.Print("Pod", Several(50, [&](int i) { return Deployment(1, 8, i); }), true, 300);
  ok &= bench.Print("Deployment", Several(50, [&](int i) { return Deployment(8, 43, i); }), true,
                    300);
  ok &= bench.Print("refused Deployment",
                    Several(50,
                            [&](int i) {
                              std::string json = Deployment(8, 42, i);
                              const std::string bad =
                                  text(R"({"name":"DB_PASSWORD","value":"hunter)") +
                                  std::to_string(i) + R"(-prod"},)";
                              return json.insert(json.find(R"({"name":"SETTING_)"), bad);
                            }),
                    false, 300);
  ok &= bench.Print("ConfigMap", Several(4, [&](int i) { return ConfigMap(1'000'000, i); }), true,
                    8000);
  ok &= bench.Print("large Deployment", Several(4, [&](int i) { return Deployment(60, 230, i); }),
                    true, 8000);
  return ok ? 0 : 1;
}

}  // namespace
}  // namespace keysteward::policy

int main() { return keysteward::policy::Run(); }
