// Manifests changed by chance (seeded, so every run is the same): the engine answers, stays within
// the object, and both prefilters say the same.
#include <gtest/gtest.h>

#include <algorithm>

#include "detection/engine/engine.h"
#include "detection/reader/manifest_reader.h"
#include "tests/detection/samples.h"

namespace keysteward::detection {
namespace {

// Numbers that look like chance and never change.
class Sequence {
 public:
  explicit Sequence(uint64_t seed) : state_(seed * 0x9E3779B97F4A7C15u + 1) {}
  size_t Below(size_t limit) {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 7;
    state_ ^= state_ << 17;
    return static_cast<size_t>(state_ % limit);
  }

 private:
  uint64_t state_;
};

std::string Manifest() {
  return RenderSamples(
      "apiVersion: apps/v1\n"
      "kind: Deployment\n"
      "metadata:\n"
      "  name: api\n"
      "  annotations: {acme.io/token: «alnum:3»«sk_live_{alnum:24}»}\n"
      "spec:\n"
      "  template:\n"
      "    spec:\n"
      "      containers:\n"
      "      - name: app\n"
      "        image: acme/api:1\n"
      "        args: [--token, «{alnum:32}», '--password=«{alnum:16}»']\n"
      "        env:\n"
      "        - {name: GITHUB_TOKEN, value: «ghp_{alnum:30}{crc32}»}\n"
      "        - name: CONFIG\n"
      "          value: |\n"
      "            {\"db\": {\"password\": \"«{alnum:20}»\"}, \"b\": "
      "\"«{b64:password=hunter2-prod}»\"}\n"
      "        - name: URL\n"
      "          value: postgres://app:«{alnum:12}»x1@db/app\n");
}

std::string Change(std::string text, Sequence& chance) {
  static const std::string kPieces[] = {"\"",
                                        "'",
                                        ": ",
                                        "\n",
                                        "- ",
                                        "{",
                                        "}",
                                        "[",
                                        "]",
                                        "&a ",
                                        "*a",
                                        "<<: ",
                                        "|",
                                        "!!binary ",
                                        "\t",
                                        std::string(1, '\0'),
                                        "\xFF",
                                        "---\n",
                                        "=",
                                        "://",
                                        "\\",
                                        "#",
                                        "-----BEGIN PRIVATE KEY-----"};
  for (size_t changes = 1 + chance.Below(2); changes > 0; --changes) {
    const size_t at = chance.Below(text.size());
    switch (chance.Below(4)) {
      case 0:
        text[at] = static_cast<char>(chance.Below(256));
        break;
      case 1:
        text.erase(at, 1 + chance.Below(12));
        break;
      case 2:
        text.insert(at, kPieces[chance.Below(std::size(kPieces))]);
        break;
      default:
        text.insert(at, text.substr(chance.Below(text.size()), chance.Below(60)));
    }
    if (text.empty()) text = "x";
  }
  return text;
}

class Mutations : public testing::Test {
 protected:
  void SetUp() override {
    for (const bool portable : {false, true}) {
      auto engine = Engine::CreateDefault({.portable = portable});
      ASSERT_TRUE(engine) << engine.error().ToString();
      engines_.push_back(*std::move(engine));
      scratches_.push_back(engines_.back()->NewScratch());
    }
  }

  // "rule path confidence|" of every finding, by one of the engines.
  std::string Findings(const Node& object, size_t engine) {
    std::string out;
    for (const Finding& f : engines_[engine]->Scan(object, *scratches_[engine]).findings) {
      out += f.rule + " " + f.path + " " + std::string(ConfidenceName(f.confidence)) + " " +
             std::to_string(f.position.line) + "|";
    }
    return out;
  }

  std::vector<std::unique_ptr<Engine>> engines_;
  std::vector<std::unique_ptr<Scratch>> scratches_;
  ManifestReader reader_;
};

TEST_F(Mutations, TheManifestItselfIsFullOfFindings) {
  const std::string text = Manifest();
  const auto file = reader_.Read(text);
  ASSERT_TRUE(file) << file.error().ToString();
  const std::string found = Findings(*file->documents[0].root, 0);
  EXPECT_EQ(std::count(found.begin(), found.end(), '|'), 7) << found;
}

TEST_F(Mutations, AreAnsweredAlikeByBothPrefilters) {
  const std::string text = Manifest();
  size_t read = 0;
  for (uint64_t seed = 1; seed <= 2500; ++seed) {
    Sequence chance(seed);
    const std::string changed = Change(text, chance);
    const auto file = reader_.Read(changed);
    if (!file) {
      EXPECT_TRUE(file.error().code == ErrorCode::kInvalidArgument ||
                  file.error().code == ErrorCode::kTooLarge)
          << file.error().ToString();
      continue;
    }
    ++read;
    for (const Document& document : file->documents) {
      ASSERT_EQ(Findings(*document.root, 0), Findings(*document.root, 1)) << "seed " << seed;
    }
  }
  EXPECT_GT(read, 500u) << "enough of them are still manifests";
}

// The other thread saw all changes before this one, and remembers what was clean in them.
TEST_F(Mutations, AreAnsweredAlikeByAThreadThatRemembersAndByANewOne) {
  const std::string text = Manifest();
  const std::unique_ptr<Scratch> old = std::move(scratches_[0]);
  for (uint64_t seed = 1; seed <= 1000; ++seed) {
    Sequence chance(seed);
    const auto file = reader_.Read(Change(text, chance));
    if (!file) continue;
    for (const Document& document : file->documents) {
      scratches_[0] = engines_[0]->NewScratch();
      const std::string fresh = Findings(*document.root, 0);
      const size_t found = engines_[0]->Scan(*document.root, *old).findings.size();
      ASSERT_EQ(found, static_cast<size_t>(std::count(fresh.begin(), fresh.end(), '|')))
          << "seed " << seed;
    }
  }
}

TEST_F(Mutations, OfPlainTextAreAnsweredToo) {
  const std::string text = Manifest();
  for (uint64_t seed = 1; seed <= 300; ++seed) {
    Sequence chance(seed + 7'000);
    const std::string changed = Change(text, chance);
    const auto first = engines_[0]->ScanText(changed, *scratches_[0]);
    const auto second = engines_[1]->ScanText(changed, *scratches_[1]);
    ASSERT_EQ(first.findings.size(), second.findings.size()) << "seed " << seed;
    for (const Finding& f : first.findings) EXPECT_LE(f.confidence, Confidence::kMedium);
  }
}

}  // namespace
}  // namespace keysteward::detection
