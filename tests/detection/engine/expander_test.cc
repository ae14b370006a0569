#include "detection/engine/expander.h"

#include <gtest/gtest.h>

#include "common/base64.h"

namespace keysteward::detection {
namespace {

// Expands one leaf and prints what was added, "path name=text|".
class ExpanderTest : public testing::Test {
 protected:
  std::string Expand(std::string_view text, std::string_view name = "file") {
    leaves_.Clear();
    expander_.Clear();
    Leaf leaf;
    leaf.text = text;
    leaf.name = name;
    leaf.position = {10, 3};
    leaf.frame = leaves_.AddMember(-1, name);
    leaf.place = Place::kConfig;
    leaf.reference = reference_;
    leaf.block = block_;
    leaves_.Add(leaf);
    for (size_t i = 0; i < leaves_.size(); ++i) expander_.Expand(leaves_, i);
    std::string out;
    for (size_t i = 1; i < leaves_.size(); ++i) {
      out += leaves_.PathOf(leaves_[i]) + " " + std::string(leaves_[i].name) + "=" +
             std::string(leaves_[i].text) + "|";
    }
    return out;
  }

  LeafList leaves_;
  NameTable names_;
  Expander expander_{names_};
  bool reference_ = false;
  bool block_ = false;
};

TEST_F(ExpanderTest, ReadsJsonInsideAText) {
  EXPECT_EQ(Expand(R"({"a": {"b": "xyz"}, "c": [1, "d"]})"),
            "file#a.b b=xyz|file#c[0] c=1|file#c[1] c=d|");
  EXPECT_TRUE(leaves_[0].replaced) << "all of it is in the leaves";
}

TEST_F(ExpanderTest, ReadsYamlInsideAText) {
  EXPECT_EQ(Expand("a: xyz\nb:\n  c: uvw\n"), "file#a a=xyz|file#b.c c=uvw|");
  EXPECT_FALSE(leaves_[0].replaced) << "comments are in no leaf";
}

TEST_F(ExpanderTest, ReadsWhatStandsForAMissingVariable) {
  EXPECT_EQ(Expand("${DB_PASSWORD:abcd}"), "file#DB_PASSWORD DB_PASSWORD=abcd|");
  EXPECT_EQ(leaves_[1].place, Place::kText);
  EXPECT_EQ(Expand("${P:-winter_4821}", "password"), "password#password password=winter_4821|");
}

TEST_F(ExpanderTest, ReadsListsOfAccountsAsLines) {
  EXPECT_EQ(Expand("admin: winter_4821, admin\nann: autumn_4821, user\n", "realm.properties"),
            "realm.properties#admin admin=winter_4821|realm.properties#ann ann=autumn_4821|"
            "realm.properties#account-secret account-secret=winter_4821|"
            "realm.properties#account-secret account-secret=autumn_4821|");
  EXPECT_EQ(Expand("user,password\nann,abcd\n"), "file#password password=abcd|");
  EXPECT_EQ(Expand("user;password\nann;abcd\n"), "file#password password=abcd|");
}

TEST_F(ExpanderTest, ReadsSeveralDocumentsInsideAText) {
  const std::string out = Expand("a: one\nb: two\n---\nc: three\nd: four\n");
  for (const char* pair : {"#a a=one|", "#b b=two|", "#c c=three|", "#d d=four|"}) {
    EXPECT_NE(out.find(pair), std::string::npos) << pair << " in " << out;
  }
}

TEST_F(ExpanderTest, ReadsBase64InsideAText) {
  EXPECT_EQ(Expand(Base64Encode("the quick brown fox")), "file#base64 file=the quick brown fox|");
  EXPECT_EQ(Expand(Base64Encode("PASSWORD=hunter2-prod")),
            "file#base64 file=PASSWORD=hunter2-prod|file#base64#PASSWORD PASSWORD=hunter2-prod|");
}

TEST_F(ExpanderTest, ReadsDocumentsInsideBase64InsideDocuments) {
  const std::string inner = R"({"token": "abc"})";
  EXPECT_EQ(Expand(R"({"blob": ")" + Base64Encode(inner) + R"("})"),
            "file#blob blob=" + Base64Encode(inner) + "|file#blob#base64 blob=" + inner +
                "|file#blob#base64#token token=abc|");
}

TEST_F(ExpanderTest, ReadsCommandsWhereTheyAreKept) {
  for (const char* name : {"x.sh", "script", "runcmd", "preKubeadmCommands"}) {
    EXPECT_EQ(Expand("redis-cli -a xyz ping", name),
              std::string(name) + "#command-password command-password=xyz|");
  }
  EXPECT_EQ(Expand("redis-cli -a xyz ping", "note"), "");
  EXPECT_EQ(Expand("#!/bin/sh\nredis-cli -a xyz ping", "userData"),
            "userData#command-password command-password=xyz|");
  EXPECT_EQ(Expand("root:xyz12", "chpasswd"), "chpasswd#command-password command-password=xyz12|");
  EXPECT_EQ(Expand("#cloud-config\nruncmd:\n- redis-cli -a xyz ping\n"),
            "file#runcmd[0] runcmd=redis-cli -a xyz ping|"
            "file#runcmd[0]#command-password command-password=xyz|");
}

TEST_F(ExpanderTest, LeavesShortAndPlainTextsAlone) {
  for (const char* text : {"", "x", "{}", "a: b", "plain words only", "12345678"}) {
    EXPECT_EQ(Expand(text), "") << text;
  }
}

TEST_F(ExpanderTest, TriesOtherFormsWhenADocumentIsBroken) {
  EXPECT_EQ(Expand("{\"a\": \"b\", token=xyz"), "file#a a=b|file#token token=xyz|");
  EXPECT_EQ(Expand("[section]\npassword = xyz\n"), "file#password password=xyz|");
}

TEST_F(ExpanderTest, DoesNotTakeAListOfLinesForYaml) {
  EXPECT_EQ(Expand("GET: x y\n"), "file#GET GET=x|");
  EXPECT_EQ(Expand("# a: b\n# c: d\n"), "file#a a=b|file#c c=d|") << "comments are searched too";
}

TEST_F(ExpanderTest, LooksAtReferencesForDocumentsOnly) {
  reference_ = true;
  EXPECT_EQ(Expand("password=xyz1234"), "") << "a reference says where, not what";
}

TEST_F(ExpanderTest, StopsAtThreeLevels) {
  std::string text = "innermost=value-of-it";
  for (int level = 1; level <= 5; ++level) {
    text = Base64Encode(text);
    Expand(text);
    uint8_t deepest = 0;
    for (size_t i = 0; i < leaves_.size(); ++i) deepest = std::max(deepest, leaves_[i].depth);
    EXPECT_EQ(deepest, std::min(level, 3));
    EXPECT_FALSE(expander_.exhausted());
  }
}

TEST_F(ExpanderTest, CarriesPositionsIntoNestedTexts) {
  block_ = true;
  Expand("{\n \"a\": \"xyz\"\n}");
  ASSERT_EQ(leaves_.size(), 2u);
  EXPECT_EQ(leaves_[1].position, (Position{12, 7})) << "the block starts on line 11";
  block_ = false;
  Expand("{\"a\": \"xyz\"}");
  ASSERT_EQ(leaves_.size(), 2u);
  EXPECT_EQ(leaves_[1].position, (Position{10, 9}));
}

TEST_F(ExpanderTest, RemembersWhereEachTextCameFrom) {
  Expand(R"({"blob": ")" + Base64Encode("PASSWORD=hunter2-prod") + R"("})");
  ASSERT_EQ(leaves_.size(), 4u);
  EXPECT_EQ(leaves_[1].origin, 0);
  EXPECT_EQ(leaves_[2].origin, 1);
  EXPECT_EQ(leaves_[3].origin, 2);
  EXPECT_TRUE(leaves_[3].slice) << "an assignment is a part of its text";
  EXPECT_FALSE(leaves_[2].slice) << "decoded bytes are not";
}

TEST_F(ExpanderTest, SaysSoWhenTheBudgetIsUsedUp) {
  // Each leaf is cheap; together they are more than an object may ask for.
  const std::string json = "{\"a\": \"" + std::string(3u << 20, 'x') + "\"}";
  leaves_.Clear();
  expander_.Clear();
  for (int i = 0; i < 8; ++i) {
    Leaf leaf;
    leaf.text = json;
    leaf.name = "file";
    leaves_.Add(leaf);
  }
  for (size_t i = 0; i < leaves_.size(); ++i) expander_.Expand(leaves_, i);
  EXPECT_TRUE(expander_.exhausted());
  expander_.Clear();
  EXPECT_FALSE(expander_.exhausted()) << "the next object starts afresh";
}

// Bytes that are no text, or whose stream is broken, cost as much as those that are searched.
TEST_F(ExpanderTest, CountsWhatUnpacksToNothingToSearch) {
  // `head -c 65536 /dev/zero | gzip -n9`, and without its last byte.
  const std::string zeros =
      Base64Decode(
          "H4sIAAAAAAACA+3BAQEAAACAkP6v7ggKAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
          "AAAAAAAAAAAAAAAAAAAAAAAAAAAAauuOl9cAAAEA")
          .value_or("");
  for (const std::string& packed : {zeros, zeros.substr(0, zeros.size() - 1)}) {
    const std::string encoded = Base64Encode(packed);
    leaves_.Clear();
    expander_.Clear();
    Leaf leaf;
    leaf.text = encoded;
    for (int i = 0; i < 300; ++i) leaves_.Add(leaf);
    for (size_t i = 0; i < leaves_.size(); ++i) expander_.Expand(leaves_, i);
    EXPECT_EQ(leaves_.size(), 300u) << "nothing to search";
    EXPECT_TRUE(expander_.exhausted()) << "but 18 MB of work";
  }
}

TEST_F(ExpanderTest, KeepsDecodedTextsUntilCleared) {
  const std::string encoded = Base64Encode("PASSWORD=hunter2-prod");
  leaves_.Clear();
  expander_.Clear();
  for (int i = 0; i < 500; ++i) {
    Leaf leaf;
    leaf.text = encoded;
    leaf.name = "file";
    leaves_.Add(leaf);
  }
  for (size_t i = 0; i < leaves_.size(); ++i) expander_.Expand(leaves_, i);
  size_t seen = 0;
  for (size_t i = 0; i < leaves_.size(); ++i) seen += leaves_[i].text == "hunter2-prod";
  EXPECT_EQ(seen, 500u);
}

TEST_F(ExpanderTest, ReadsShortBase64ByItsPadding) {
  EXPECT_EQ(Expand(Base64Encode("changeme")), "file#base64 file=changeme|");
  EXPECT_EQ(Expand("password"), "") << "eight letters are no base64";
}

TEST_F(ExpanderTest, ReadsGzipInsideBase64) {
  // `printf 'a=bcdefgh\n' | gzip -n | base64`
  EXPECT_EQ(Expand("H4sIAAAAAAACA0u0TUpOSU1Lz+ACALkZ0vYKAAAA"),
            "file#gzip file=a=bcdefgh\n|file#gzip#a a=bcdefgh|");
  EXPECT_TRUE(leaves_[0].decoded);
  EXPECT_FALSE(expander_.bomb());
}

TEST_F(ExpanderTest, ReadsEscapesInQueries) {
  EXPECT_EQ(Expand("https://h/p?token=a%2Fbcdefg&x=1"),
            "file#token token=a%2Fbcdefg|file#x x=1|file#token#percent token=a/bcdefg|");
  EXPECT_TRUE(leaves_[1].decoded);
  EXPECT_FALSE(leaves_[2].decoded);
}

// MyTundra%12 of a password is no escape.
TEST_F(ExpanderTest, LeavesWhatNoEncoderWrites) {
  for (const char* text : {"https://h/p?token=MyTundra%12", "https://h/p?token=MyKitten%65",
                           "https://h/p?token=abcdefgh%Fe"}) {
    EXPECT_EQ(Expand(text).find("percent"), std::string::npos) << text;
  }
}

// 8 kB of values that hold each other were decoded to 16 MB.
TEST_F(ExpanderTest, DecodesNoMoreEscapesThanAFewTimesTheText) {
  std::string text;
  while (text.size() < 8000) text += "a=%2F";
  Expand(text);
  size_t decoded = 0;
  for (size_t i = 1; i < leaves_.size(); ++i) {
    if (!leaves_[i].slice) decoded += leaves_[i].text.size();
  }
  EXPECT_TRUE(expander_.exhausted());
  EXPECT_LT(decoded, 300u << 10);
}

// A list of links, each with a query in its query, is no attack.
TEST_F(ExpanderTest, DecodesLongListsOfLinks) {
  std::string text;
  while (text.size() < 2'000'000) {
    text +=
        "https://login.example.com/go?next=https%3A%2F%2Fshop.example.com%2Fcart%3Fid%3D7%26"
        "back%3Dhttps%253A%252F%252Fexample.com%252F%253Fpage%253D2\n";
  }
  leaves_.Clear();
  expander_.Clear();
  Leaf leaf;
  leaf.text = text;
  leaf.name = "links.txt";
  leaves_.Add(leaf);
  for (size_t i = 0; i < leaves_.size(); ++i) expander_.Expand(leaves_, i);
  EXPECT_FALSE(expander_.exhausted());
}

TEST_F(ExpanderTest, PinsPositionsOfDecodedTexts) {
  Expand(Base64Encode("one=1\ntwo=2\nPASSWORD=hunter2-prod\n"));
  for (size_t i = 0; i < leaves_.size(); ++i) {
    EXPECT_EQ(leaves_[i].position, (Position{10, 3})) << i;
    EXPECT_EQ(leaves_[i].opaque, i > 0) << i;
  }
}

TEST_F(ExpanderTest, ReadsTextsInDataUrls) {
  EXPECT_EQ(Expand("data:text/plain;charset=utf-8;base64," + Base64Encode("PASSWORD=hunter2-prod")),
            "file#data file=PASSWORD=hunter2-prod|file#data#PASSWORD PASSWORD=hunter2-prod|");
  EXPECT_EQ(Expand("data:,DB_PASSWORD%3Dhunter2-prod%0A"),
            "file#data file=DB_PASSWORD=hunter2-prod\n|file#data#DB_PASSWORD "
            "DB_PASSWORD=hunter2-prod|");
  EXPECT_EQ(Expand("data:application/json;base64," + Base64Encode(R"({"token": "abc"})")),
            "file#data file={\"token\": \"abc\"}|file#data#token token=abc|");
}

TEST_F(ExpanderTest, ReadsNoPicturesInDataUrls) {
  for (const char* type : {"image/svg+xml", "font/woff2", "application/pdf", "audio/ogg"}) {
    EXPECT_EQ(
        Expand("data:" + std::string(type) + ";base64," + Base64Encode("PASSWORD=hunter2-prod")),
        "")
        << type;
  }
  EXPECT_EQ(Expand("data:text/plain"), "") << "no content";
  EXPECT_EQ(Expand("data:,50%"), "") << "no escape";
}

TEST_F(ExpanderTest, ReadsTagsThatStandForAValueLineByLine) {
  const std::string out = Expand("mqtt:\n  broker: core\n  password: !secret mqtt_pw\n");
  EXPECT_NE(out.find("password=!secret|"), std::string::npos) << out;
}

}  // namespace
}  // namespace keysteward::detection
