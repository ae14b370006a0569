#include "webhook/handlers/refusal_event.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/webhook/known_cluster.h"

namespace keysteward::webhook {
namespace {

TEST(RefusalEvent, IsAboutTheNamespace) {
  KnownCluster cluster;
  api::core::Namespace space;
  space.metadata.name = "payments";
  space.metadata.uid = "uid-1";
  KnownCluster::Put(cluster.namespaces, space);
  const kube::Event event = RefusalEvent(cluster.view, "payments");
  EXPECT_EQ(event.regarding, (kube::ObjectReference{"v1", "Namespace", "", "payments", "uid-1"}));
  EXPECT_EQ(event.level, kube::EventLevel::kWarning);
  EXPECT_EQ(event.reason, "ManifestsRefused");
  EXPECT_THAT(event.note, testing::HasSubstr("keysteward scan"));
}

TEST(RefusalEvent, NamesANamespaceThatIsNotKnownYet) {
  KnownCluster cluster;
  EXPECT_EQ(RefusalEvent(cluster.view, "new").regarding,
            (kube::ObjectReference{"v1", "Namespace", "", "new", ""}));
}

TEST(RefusalEvent, IsTheSameForEveryRefusalOfANamespaceSoThatTheyBecomeOneSeries) {
  KnownCluster cluster;
  EXPECT_EQ(kube::SeriesKey(RefusalEvent(cluster.view, "a")),
            kube::SeriesKey(RefusalEvent(cluster.view, "a")));
  EXPECT_NE(kube::SeriesKey(RefusalEvent(cluster.view, "a")),
            kube::SeriesKey(RefusalEvent(cluster.view, "b")));
}

}  // namespace
}  // namespace keysteward::webhook
