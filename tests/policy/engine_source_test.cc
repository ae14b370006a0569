#include "policy/engine_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "tests/detection/samples.h"
#include "tests/fakes/fake_clock.h"

namespace keysteward::policy {
namespace {

using detection::Engine;
using detection::MakeSample;
using detection::Rule;
using testing::HasSubstr;
using testing::SizeIs;

Rule Acme(const std::string& scope) {
  return {.id = "acme-key",
          .provider = "Acme",
          .pattern = "acme_live_[A-Za-z0-9]{24}",
          .keywords = {"acme_live_"},
          .examples = {"acme_live_{alnum:24}"},
          .scope = scope};
}

class EngineSourceTest : public testing::TestWithParam<bool> {
 protected:
  EngineSourceTest()
      : source_(Engine::CreateDefault(options_).value(), clock_, options_),
        built_in_(source_.Current()) {}

  bool Build() {
    return source_.Build([this](const EngineSource::Built& built) { built_.push_back(built); });
  }
  size_t Found(const std::string& text, std::vector<std::string> scopes) {
    const auto engine = source_.Current();
    return engine->ScanText(text, *engine->NewScratch(), {.rules = scopes}).findings.size();
  }

  const detection::EngineOptions options_{.portable = GetParam()};
  FakeClock clock_;
  EngineSource source_;
  const std::shared_ptr<const Engine> built_in_;
  std::vector<EngineSource::Built> built_;
  const std::string key_ = MakeSample("acme_live_{alnum:24}");
};

TEST_P(EngineSourceTest, BeginsWithTheBuiltInRules) {
  EXPECT_EQ(Found(key_, {"shop"}), 0u);
  EXPECT_EQ(Found(MakeSample("sk_live_{alnum:24}"), {}), 1u);
  EXPECT_FALSE(Build()) << "nothing is wanted";
  source_.Want({});
  EXPECT_FALSE(Build()) << "nor is it now";
}

TEST_P(EngineSourceTest, SwapsInARuleThatCountsOnlyInItsScope) {
  source_.Want({Acme("shop")});
  EXPECT_EQ(Found(key_, {"shop"}), 0u) << "the engine before answers until then";
  ASSERT_TRUE(Build());
  EXPECT_EQ(built_.back().used, 1u);
  EXPECT_EQ(Found(key_, {"shop"}), 1u);
  EXPECT_EQ(Found(key_, {"a", "shop"}), 1u);
  EXPECT_EQ(Found(key_, {"other"}), 0u);
  EXPECT_EQ(Found(key_, {}), 0u);
  EXPECT_EQ(Found(MakeSample("sk_live_{alnum:24}"), {}), 1u) << "built-in rules stay";
}

TEST_P(EngineSourceTest, ABadRuleIsLeftOutAndReportedAndTheOthersCount) {
  Rule bad = Acme("other");
  bad.pattern = "acme_live_[";
  source_.Want({bad, Acme("shop")});
  ASSERT_TRUE(Build());
  ASSERT_THAT(built_.back().refused, SizeIs(1));
  EXPECT_EQ(built_.back().refused[0].policy, "other");
  EXPECT_EQ(built_.back().refused[0].rule, "acme-key");
  EXPECT_THAT(built_.back().refused[0].problem, HasSubstr("missing"));
  EXPECT_EQ(built_.back().used, 1u);
  EXPECT_EQ(built_.back().failure, "");
  EXPECT_EQ(Found(key_, {"shop"}), 1u);
}

TEST_P(EngineSourceTest, AnEngineThatCannotBeBuiltLeavesTheLastOneInPlace) {
  source_.Want({Acme("shop")});
  ASSERT_TRUE(Build());
  source_.Want({Acme("")});  // as no policy would have it
  ASSERT_TRUE(Build());
  EXPECT_THAT(built_.back().failure, HasSubstr("acme-key"));
  EXPECT_EQ(built_.back().used, 0u);
  EXPECT_EQ(Found(key_, {"shop"}), 1u);
}

TEST_P(EngineSourceTest, WithoutRulesTheBuiltInEngineIsBack) {
  source_.Want({Acme("shop")});
  ASSERT_TRUE(Build());
  EXPECT_NE(source_.Current(), built_in_);
  source_.Want({});
  ASSERT_TRUE(Build());
  EXPECT_EQ(source_.Current(), built_in_);
}

TEST_P(EngineSourceTest, OnlyTheLastWishIsBuilt) {
  source_.Want({Acme("a")});
  source_.Want({Acme("b"), Acme("c")});
  ASSERT_TRUE(Build());
  EXPECT_EQ(built_.back().used, 2u);
  EXPECT_FALSE(Build());
}

TEST_P(EngineSourceTest, WhoHoldsTheOldEngineMayGoOnWithIt) {
  source_.Want({Acme("shop")});
  ASSERT_TRUE(Build());
  const auto held = source_.Current();
  const auto scratch = held->NewScratch();
  source_.Want({});
  ASSERT_TRUE(Build());
  const std::vector<std::string> scopes = {"shop"};
  EXPECT_THAT(held->ScanText(key_, *scratch, {.rules = scopes}).findings, SizeIs(1));
}

TEST_P(EngineSourceTest, RunBuildsWhatIsWantedUntilItIsStopped) {
  std::stop_source stop;
  std::jthread runner([&](const std::stop_token&) {
    source_.Run(stop.get_token(), [&](const EngineSource::Built& built) {
      built_.push_back(built);
      stop.request_stop();
    });
  });
  source_.Want({Acme("shop")});
  runner.join();
  ASSERT_THAT(built_, SizeIs(1));
  EXPECT_EQ(Found(key_, {"shop"}), 1u);
}

INSTANTIATE_TEST_SUITE_P(BothMatchers, EngineSourceTest, testing::Bool(),
                         [](const auto& portable) { return portable.param ? "Portable" : "Fast"; });

}  // namespace
}  // namespace keysteward::policy
