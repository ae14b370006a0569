#include "cli/commands/list_command.h"

#include "cli/exit_codes.h"
#include "tests/cli/command_test.h"

namespace keysteward::cli {
namespace {

using namespace std::chrono_literals;  // NOLINT: tests
using api::v1alpha1::ManagedCredential;
using builders::ManagedCredentialBuilder;
using nlohmann::json;
using testing::HasSubstr;

class ListCommand : public CommandTest {
 protected:
  int Run(const ListOptions& options = {}) {
    const Result<int> status = RunList(context, options);
    EXPECT_TRUE(status) << status.error().ToString();
    return status.value_or(-1);
  }
  ManagedCredentialBuilder Working(const std::string& name) {
    return ManagedCredentialBuilder(name)
        .WithCurrentKey(7, "key_7")
        .With([&](ManagedCredential& c) {
          c.status.expires_at = clock.WallNow() + 24h * 87;
          c.status.next_rotation_time = clock.WallNow() + 24h * 27;
          c.status.consumers = {.total = 3, .current = 2, .waiting = {}};
          SetCondition(c.status.conditions, {"Ready", "True", "KeyDelivered", "", 1, {}},
                       clock.WallNow());
        });
  }
};

TEST_F(ListCommand, EachCredentialIsALineInTheOrderOfNames) {
  Store(Working("stripe-live"));
  Store(ManagedCredentialBuilder("acme"));
  Store(Working("elsewhere").In("billing"));
  clock.Advance(12min);
  EXPECT_EQ(Run(), kExitOk);
  EXPECT_EQ(out(),
            "NAME          READY     OWNER      ISSUER   EXPIRES            NEXT ROTATION      "
            "CONSUMERS   AGE\n"
            "acme          Unknown   payments   stripe   -                  -                  0/0 "
            "        12m\n"
            "stripe-live   True      payments   stripe   2026-03-29 (86d)   2026-01-28 (26d)   2/3 "
            "        12m\n");
}

TEST_F(ListCommand, AllNamespacesAndWideShowMore) {
  Store(Working("stripe-live").With([](ManagedCredential& c) {
    c.status.active_rotation = "stripe-live-8";
  }));
  Store(Working("elsewhere").In("billing"));
  context.all_namespaces = true;
  context.output = OutputFormat::kWide;
  EXPECT_EQ(Run(), kExitOk);
  EXPECT_THAT(out(), HasSubstr("NAMESPACE   NAME"));
  EXPECT_THAT(out(), HasSubstr("GENERATION   CONTACT"));
  EXPECT_THAT(out(),
              HasSubstr("payments-oncall@example.com   -          stripe-live-8   KeyDelivered"));
  EXPECT_LT(out().find("billing"), out().find("payments    stripe-live"));
}

TEST_F(ListCommand, NoneIsSaidAndIsNoFailure) {
  EXPECT_EQ(Run(), kExitOk);
  EXPECT_EQ(out(), "");
  EXPECT_EQ(err(),
            "No ManagedCredentials in namespace payments; keysteward list -A looks in all.\n");
}

TEST_F(ListCommand, NoneInTheWholeClusterIsSaidToo) {
  context.all_namespaces = true;
  EXPECT_EQ(Run(), kExitOk);
  EXPECT_EQ(err(), "No ManagedCredentials in this cluster.\n");
}

TEST_F(ListCommand, TheSelectorIsTheServers) {
  Store(Working("a").With([](ManagedCredential& c) { c.metadata.labels["team"] = "x"; }));
  Store(Working("b"));
  EXPECT_EQ(Run({.selector = "team=x"}), kExitOk);
  EXPECT_THAT(out(), HasSubstr("\na "));
  EXPECT_THAT(out(), testing::Not(HasSubstr("\nb ")));
}

TEST_F(ListCommand, JsonAndYamlHoldTheObjects) {
  Store(Working("stripe-live"));
  context.output = OutputFormat::kJson;
  EXPECT_EQ(Run(), kExitOk);
  const json answer = json::parse(out());
  EXPECT_EQ(answer["kind"], "List");
  EXPECT_EQ(answer["items"][0]["metadata"]["name"], "stripe-live");
  EXPECT_EQ(answer["items"][0]["status"]["current"]["keyId"], "key_7");
}

TEST_F(ListCommand, AnEmptyListIsStillJson) {
  context.output = OutputFormat::kJson;
  EXPECT_EQ(Run(), kExitOk);
  EXPECT_EQ(json::parse(out())["items"], json::array());
}

TEST_F(ListCommand, AnObjectThatCannotBeReadDoesNotHideTheOthers) {
  Store(Working("good"));
  json broken = Working("broken").BuildJson();
  broken["spec"]["lifetime"] = 7;
  Store(api::KindOf<ManagedCredential>::resource, broken);
  EXPECT_EQ(Run(), kExitFault);
  EXPECT_THAT(out(), HasSubstr("\ngood "));
  EXPECT_THAT(err(), HasSubstr("error: ManagedCredential: spec.lifetime"));
}

TEST_F(ListCommand, ARefusalIsAnErrorThatNamesTheAction) {
  server.FailNext("list", "", Error::PermissionDenied("forbidden"), kube::CallPhase::kBefore);
  const Result<int> status = RunList(context, {});
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().message, "list ManagedCredentials: forbidden");
}

}  // namespace
}  // namespace keysteward::cli
