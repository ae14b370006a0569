// Self-signed states that somebody else touched, odd specs and clocks that jump.
#include <gtest/gtest.h>

#include <set>

#include "tests/fakes/fake_clock.h"
#include "tls/self_signed.h"
#include "tls/self_signed_source.h"

namespace keysteward::tls {
namespace {

using namespace std::chrono_literals;
using Files = std::map<std::string, std::string>;

class SelfSignedHostile : public testing::Test {
 protected:
  SelfSignedState First() const { return NextSelfSigned(std::nullopt, spec_, start_).value(); }
  static Files FilesOf(const SelfSignedState& state) {
    Files files;
    for (const auto& [name, value] : state.ToFiles()) files[name] = std::string(value.view());
    return files;
  }
  // While an authority hands over: every kind of file is there.
  Files AllFiles() const {
    SelfSignedState state = First();
    for (int hour = 0; hour <= 600; hour += 10) {
      state = NextSelfSigned(state, spec_, start_ + std::chrono::hours(hour)).value();
    }
    EXPECT_TRUE(state.next);
    return FilesOf(state);
  }
  static std::string Error(const Files& files) {
    const auto state = SelfSignedState::FromFiles(files);
    return state ? "" : state.error().message;
  }

  const WallTime start_ = FakeClock().WallNow();
  SelfSignedSpec spec_{.common_name = "webhook",
                       .dns_names = {"webhook.ns.svc"},
                       .authority_life = 900h,
                       .leaf_life = 90h,
                       .overlap = 24h,
                       .backdate = 0h};
};

TEST_F(SelfSignedHostile, EveryMissingFileIsNamed) {
  const Files good = AllFiles();
  ASSERT_EQ(good.size(), 8u);
  for (const auto& [name, text] : good) {
    Files files = good;
    files.erase(name);
    EXPECT_EQ(Error(files), name + " is missing");
  }
}

TEST_F(SelfSignedHostile, EveryEmptyJunkOrCutFileIsNamed) {
  const Files good = AllFiles();
  for (const auto& [name, text] : good) {
    for (const std::string& bad : {std::string(), std::string("canary"),
                                   text.substr(0, text.size() / 3), std::string(70'000, 'A')}) {
      if (name == "revision" && bad == text.substr(0, text.size() / 3)) continue;
      Files files = good;
      files[name] = bad;
      const std::string error = Error(files);
      EXPECT_TRUE(error.starts_with(name)) << name << ": " << error;
      EXPECT_EQ(error.find("canary"), std::string::npos);
    }
  }
}

TEST_F(SelfSignedHostile, FilesOfTwoStatesDoNotMix) {
  const Files mine = AllFiles();
  const Files foreign = AllFiles();
  for (const char* name :
       {"tls.crt", "tls.key", "authority.crt", "authority.key", "next.crt", "next.key"}) {
    Files files = mine;
    files[name] = foreign.at(name);
    EXPECT_NE(Error(files), "") << name;
  }
}

TEST_F(SelfSignedHostile, AForeignBundleOnlyAddsWhatIsTrusted) {
  Files files = AllFiles();
  files["ca.crt"] = FilesOf(First()).at("ca.crt");
  const auto state = SelfSignedState::FromFiles(files);
  ASSERT_TRUE(state);
  EXPECT_EQ(state->retired.size(), 1u);
  const std::string bundle = state->Bundle().Pem();
  EXPECT_NE(bundle.find(state->authority.certificate.Pem()), std::string::npos)
      << "our own authority is never lost from it";
}

TEST_F(SelfSignedHostile, RevisionsThatAreNoNumberAreRefused) {
  for (const char* revision : {"", "-1", "1.5", "0x1", " 1", "1 ", "18446744073709551616", "one"}) {
    Files files = AllFiles();
    files["revision"] = revision;
    EXPECT_EQ(Error(files), "revision is not a number") << revision;
  }
}

TEST_F(SelfSignedHostile, AnAddressInAnotherSpellingIsTheSameName) {
  spec_.ip_addresses = {"FD00:0:0::0001", "10.0.0.1", "::ffff:10.0.0.2"};
  const SelfSignedState state = First();
  EXPECT_EQ(NextSelfSigned(state, spec_, start_ + 1h)->revision, state.revision)
      << "or it would be renewed at every look";
  EXPECT_GT(NextSelfSignedChange(state, spec_), start_);
  spec_.ip_addresses.pop_back();
  EXPECT_EQ(NextSelfSigned(state, spec_, start_ + 1h)->revision, state.revision + 1);
}

TEST_F(SelfSignedHostile, NamesThatAreNoneAreAnErrorAndChangeNothing) {
  const SelfSignedState state = First();
  for (const char* name : {"", "a b", "a,DNS:evil.example", "*.*.x"}) {
    spec_.dns_names = {name};
    const auto next = NextSelfSigned(state, spec_, start_ + 1h);
    ASSERT_FALSE(next) << name;
    EXPECT_EQ(next.error().code, ErrorCode::kInvalidArgument);
  }
  spec_.dns_names = {"webhook.ns.svc"};
  spec_.ip_addresses = {"not an address"};
  EXPECT_FALSE(NextSelfSigned(state, spec_, start_ + 1h));
}

TEST_F(SelfSignedHostile, AClockThatJumpsBackChangesNothing) {
  SelfSignedState state = First();
  for (const Duration ahead : {500h, 700h}) {
    state = NextSelfSigned(state, spec_, start_ + ahead).value();
  }
  for (const Duration back : {0h, 100h, 699h}) {
    EXPECT_EQ(NextSelfSigned(state, spec_, start_ + back)->revision, state.revision)
        << back.count();
  }
}

TEST_F(SelfSignedHostile, EveryStepOfAnyLengthGivesALeafThatHolds) {
  for (const Duration step : {7h, 31h, 89h, 250h, 899h, 5000h}) {
    SelfSignedState state = First();
    WallTime now = start_;
    for (int i = 0; i < 12; ++i) {
      now += step;
      state = NextSelfSigned(state, spec_, now).value();
      ASSERT_TRUE(state.leaf.SignedBy(state.authority.certificate));
      ASSERT_TRUE(state.leaf.MatchesKey(state.leaf_key));
      ASSERT_LE(state.leaf.not_before(), now);
      ASSERT_GT(state.leaf.not_after(), now);
      ASSERT_GT(NextSelfSignedChange(state, spec_), now) << "nothing is due twice";
    }
  }
}

TEST_F(SelfSignedHostile, RevisionsGrowByOneAndNeverRepeat) {
  SelfSignedState state = First();
  std::set<uint64_t> seen = {state.revision};
  for (int hour = 0; hour < 2000; hour += 5) {
    const uint64_t before = state.revision;
    state = NextSelfSigned(state, spec_, start_ + std::chrono::hours(hour)).value();
    ASSERT_LE(state.revision, before + 1);
    EXPECT_NE(seen.insert(state.revision).second, state.revision == before);
  }
  EXPECT_GT(seen.size(), 20u);
}

TEST_F(SelfSignedHostile, ASourceIsNotMadeFromAWrongSpec) {
  FakeClock clock;
  spec_.dns_names = {"a b"};
  const auto source = SelfSignedSource::Create(spec_, clock);
  ASSERT_FALSE(source);
  EXPECT_EQ(source.error().message, "certificate: not a DNS name");
}

}  // namespace
}  // namespace keysteward::tls
