#include "kube/cache/informer.h"

#include <gtest/gtest.h>

#include "observability/metric_names.h"
#include "tests/kube/cache/informer_fixture.h"

namespace keysteward::kube {
namespace {

using namespace std::chrono_literals;
using api::core::PartialObjectMetadata;
using api::core::Secret;
using nlohmann::json;

json Unreadable(const std::string& name) {
  json secret = SecretJson(name);
  secret["type"] = 7;
  return secret;
}

TEST_F(InformerTest, TheFirstListingFillsTheStoreAndIsToldAsSuch) {
  server_.Put(SecretJson("a"));
  server_.Put(SecretJson("b"));
  Informer<Secret> informer(runtime_);
  Record(informer);
  EXPECT_FALSE(informer.HasSynced());
  StartAndSync(informer);
  EXPECT_EQ(Heard(), (std::vector<std::string>{"add a*", "add b*"}));
  EXPECT_EQ(informer.lister().List("payments").size(), 2u);
}

TEST_F(InformerTest, ChangesAreToldInTheOrderOfTheServerAfterTheStoreHasThem) {
  Informer<Secret> informer(runtime_);
  Record(informer);
  bool store_had_it = true;
  informer.AddEventHandler([&](const Store<Secret>::Change& change, bool) {
    const auto key = (change.after ? change.after : change.before)->metadata.key();
    if (informer.lister().Get(key) != change.after) store_had_it = false;
  });
  StartAndSync(informer);
  server_.Put(SecretJson("a"));
  server_.Put(SecretJson("a", "kubernetes.io/tls"));
  server_.Delete({"payments", "a"});
  ASSERT_TRUE(Hears({"add a", "update a", "delete a"}));
  informer.Stop();
  EXPECT_TRUE(store_had_it);
}

TEST_F(InformerTest, OneUnreadableObjectInTheListIsReportedAndTheOthersAreThere) {
  server_.Put(SecretJson("a"));
  server_.Put(Unreadable("bad"));
  server_.Put(SecretJson("c"));
  Informer<Secret> informer(runtime_);
  Record(informer);
  StartAndSync(informer);
  EXPECT_EQ(Heard(), (std::vector<std::string>{"add a*", "add c*"}));
  EXPECT_EQ(metrics_.Value(kObjectsSkipped, {{"resource", "secrets"}}), 1);
  EXPECT_TRUE(log_.Contains("object skipped, it cannot be read", "name=bad"));
}

TEST_F(InformerTest, AnObjectThatBecomesUnreadableKeepsItsLastReadableStateInWatchAndList) {
  server_.Put(SecretJson("a", "first"));
  Informer<Secret> informer(runtime_);
  Record(informer);
  StartAndSync(informer);
  server_.Put(Unreadable("a"));
  server_.Put(SecretJson("after"));
  ASSERT_TRUE(Hears({"add a*", "add after"}));
  server_.ExpireWatches();  // the list brings it unreadable again
  server_.Put(SecretJson("again"));
  ASSERT_TRUE(Hears({"add a*", "add after", "add again"}));
  EXPECT_EQ(informer.lister().Get({"payments", "a"})->type, "first");
  EXPECT_GE(metrics_.Value(kObjectsSkipped, {{"resource", "secrets"}}), 2);
}

TEST_F(InformerTest, AnUnreadableObjectThatIsDeletedGoes) {
  server_.Put(SecretJson("a"));
  Informer<Secret> informer(runtime_);
  Record(informer);
  StartAndSync(informer);
  server_.Put(Unreadable("a"));
  server_.Delete({"payments", "a"});
  ASSERT_TRUE(Hears({"add a*", "delete a"}));
}

TEST_F(InformerTest, AfterAGapTheNewListTellsTheDifferenceOnly) {
  server_.Put(SecretJson("stays"));
  server_.Put(SecretJson("changes"));
  server_.Put(SecretJson("goes"));
  Informer<Secret> informer(runtime_);
  Record(informer);
  StartAndSync(informer);
  server_.PutUnseen(SecretJson("changes", "kubernetes.io/tls"));
  server_.PutUnseen(SecretJson("comes"));
  server_.DeleteUnseen({"payments", "goes"});
  server_.ExpireWatches();
  ASSERT_TRUE(Hears(
      {"add changes*", "add goes*", "add stays*", "update changes", "add comes", "delete goes"}));
}

TEST_F(InformerTest, ACutWatchGoesOnWithoutAnotherList) {
  server_.Put(SecretJson("a"));
  Informer<Secret> informer(runtime_);
  Record(informer);
  StartAndSync(informer);
  server_.CutWatches();
  server_.Put(SecretJson("b"));
  ASSERT_TRUE(Hears({"add a*", "add b"}));
  EXPECT_EQ(server_.Lists().size(), 1u);
}

TEST_F(InformerTest, AFailingFirstListIsTriedAgainUntilItWorks) {
  server_.Put(SecretJson("a"));
  server_.FailNextList(Error::Unavailable("connection refused"));
  server_.FailNextList(Error::PermissionDenied("secrets is forbidden"));
  Informer<Secret> informer(runtime_);
  Record(informer);
  StartAndSync(informer);
  EXPECT_EQ(Heard(), (std::vector<std::string>{"add a*"}));
  EXPECT_TRUE(log_.Contains("informer lists and watches again",
                            "error=PermissionDenied: secrets is forbidden"));
}

TEST_F(InformerTest, ForeignSecretsAreAskedForWithoutTheirContent) {
  json secret = SecretJson("foreign");
  secret["data"] = {{"token", "bmV2ZXIgcmVhZA=="}};
  server_.Put(secret);
  InformerOptions options;
  options.resource = api::KindOf<Secret>::resource;
  options.label_selector = "a=b";
  options.field_selector = "type=Opaque";
  options.namespace_name = "payments";
  Informer<PartialObjectMetadata> informer(runtime_, options);
  StartAndSync(informer);
  ASSERT_TRUE(Eventually([&] { return !server_.Watches().empty(); }));
  EXPECT_EQ(informer.lister().Get({"payments", "foreign"})->metadata.uid, "uid-foreign");
  const ListOptions list = server_.Lists()[0];
  EXPECT_TRUE(list.metadata_only);
  EXPECT_EQ(list.label_selector, "a=b");
  EXPECT_EQ(list.field_selector, "type=Opaque");
  EXPECT_EQ(list.namespace_name, "payments");
  const WatchOptions watch = server_.Watches()[0];
  EXPECT_TRUE(watch.metadata_only);
  EXPECT_EQ(watch.label_selector, "a=b");
}

TEST_F(InformerTest, ATransformDropsWhatNobodyReads) {
  json secret = SecretJson("a");
  secret["metadata"]["annotations"] = {{"big", std::string(10'000, 'x')}};
  server_.Put(secret);
  Informer<Secret> informer(runtime_);
  informer.SetTransform([](Secret& object) { object.metadata.annotations.clear(); });
  StartAndSync(informer);
  EXPECT_TRUE(informer.lister().Get({"payments", "a"})->metadata.annotations.empty());
}

TEST_F(InformerTest, AnIndexAnswersFromTheFirstListingOn) {
  server_.Put(SecretJson("a", "kubernetes.io/tls"));
  Informer<Secret> informer(runtime_);
  informer.AddIndex("type", [](const Secret& object) { return std::vector{object.type}; });
  StartAndSync(informer);
  EXPECT_EQ(informer.lister().ByIndex("type", "kubernetes.io/tls").size(), 1u);
}

}  // namespace
}  // namespace keysteward::kube
