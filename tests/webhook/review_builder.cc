#include "tests/webhook/review_builder.h"

#include <cstdio>
#include <cstdlib>

#include "common/strings.h"
#include "webhook/admission/codec.h"

namespace keysteward::webhook {

using nlohmann::json;

namespace {

// Plural of the kinds the tests use.
std::string ResourceOf(const std::string& kind) { return ToLower(kind) + "s"; }

}  // namespace

ReviewBuilder::ReviewBuilder(json object) {
  const std::string api_version = object.value("apiVersion", "v1");
  const size_t slash = api_version.find('/');
  const std::string group = slash == std::string::npos ? "" : api_version.substr(0, slash);
  const std::string version =
      slash == std::string::npos ? api_version : api_version.substr(slash + 1);
  const std::string kind = object.value("kind", "");
  const json metadata = object.value("metadata", json::object());
  review_ = {
      {"apiVersion", "admission.k8s.io/v1"},
      {"kind", "AdmissionReview"},
      {"request",
       {{"uid", "uid-1"},
        {"operation", "CREATE"},
        {"kind", {{"group", group}, {"version", version}, {"kind", kind}}},
        {"resource", {{"group", group}, {"version", version}, {"resource", ResourceOf(kind)}}},
        {"name", metadata.value("name", "")},
        {"namespace", metadata.value("namespace", "payments")},
        {"userInfo", {{"username", "alice"}, {"groups", {"system:authenticated"}}}},
        {"dryRun", false},
        {"object", std::move(object)},
        {"oldObject", nullptr}}}};
}

ReviewBuilder& ReviewBuilder::From(json old_object) {
  return With("operation", "UPDATE").With("oldObject", std::move(old_object));
}

ReviewBuilder& ReviewBuilder::Delete() {
  const json object = review_["request"]["object"];
  return With("operation", "DELETE").With("oldObject", object).With("object", nullptr);
}

ReviewBuilder& ReviewBuilder::By(const std::string& user, const std::vector<std::string>& groups) {
  return With("userInfo", {{"username", user}, {"groups", groups}});
}

ReviewBuilder& ReviewBuilder::Subresource(const std::string& name) {
  return With("subResource", name);
}

ReviewBuilder& ReviewBuilder::DryRun() { return With("dryRun", true); }

ReviewBuilder& ReviewBuilder::With(const std::string& member, json value) {
  review_["request"][member] = std::move(value);
  return *this;
}

AdmissionReview ReviewBuilder::Decode() const {
  Result<AdmissionReview> review = DecodeReview(Text());
  if (!review || !review->refusal.empty()) {
    std::fprintf(stderr, "no review: %s\n",
                 review ? review->refusal.c_str() : review.error().message.c_str());
    std::abort();
  }
  return *std::move(review);
}

json PodWith(json env) {
  return {{"apiVersion", "v1"},
          {"kind", "Pod"},
          {"metadata", {{"name", "web"}, {"namespace", "payments"}}},
          {"spec",
           {{"containers",
             {{{"name", "app"}, {"image", "example.com/app:1"}, {"env", std::move(env)}}}}}}};
}

json DeploymentWith(json env) {
  const json pod = PodWith(std::move(env));
  return {{"apiVersion", "apps/v1"},
          {"kind", "Deployment"},
          {"metadata", {{"name", "web"}, {"namespace", "payments"}}},
          {"spec",
           {{"selector", {{"matchLabels", {{"app", "web"}}}}},
            {"template", {{"metadata", {{"labels", {{"app", "web"}}}}}, {"spec", pod["spec"]}}}}}};
}

}  // namespace keysteward::webhook
