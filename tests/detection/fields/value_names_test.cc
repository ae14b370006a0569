#include "detection/fields/value_names.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/detection/fields/walked_leaves.h"

namespace keysteward::detection {
namespace {

template <typename Ask>
auto Of(std::string_view yaml, Ask ask) {
  ManifestReader reader;
  const auto file = reader.Read(yaml);
  EXPECT_TRUE(file);
  using Answer = std::conditional_t<std::is_same_v<decltype(ask(Node())), bool>, bool, std::string>;
  return file ? Answer(ask(*file->documents[0].root)) : Answer();
}

std::string Patched(std::string_view yaml) {
  return Of(yaml, [](const Node& node) { return std::string(Surroundings(node).patched()); });
}

TEST(Surroundings, NamesWhatAPatchSetsByTheLastNameOfItsPath) {
  EXPECT_EQ(Patched("{op: replace, path: /data/DB_PASSWORD, value: x}"), "DB_PASSWORD");
  EXPECT_EQ(Patched("{op: add, path: /spec/values/auth/password, value: x}"), "password");
  EXPECT_EQ(Patched("{op: add, path: /metadata/annotations/acme.io~1api-token, value: x}"),
            "api-token");
  EXPECT_EQ(Patched("{op: add, path: /spec/containers/0/env/-, value: {}}"), "env");
  EXPECT_EQ(Patched("{op: replace, path: /spec/password/value, value: x}"), "password");
}

TEST(Surroundings, NamesNothingOutsideAPatch) {
  for (const char* mapping :
       {"{op: remove, path: /data/password}", "{path: /data/password, value: x}",
        "{op: add, path: data/password, value: x}", "{op: equals, path: /data/password, value: x}",
        "{op: add, path: /metadata/labels/token, value: x}",
        "{op: add, path: /spec/template/metadata/annotations/checksum~1secret, value: x}",
        "{op: add, path: /0/-, value: x}", "{op: add, value: x}"}) {
    const std::string name = Patched(mapping);
    EXPECT_TRUE(name.empty() || name == "0") << mapping << name;
  }
}

TEST(Surroundings, LooksForNoNameInAPathOfIndexesAlone) {
  std::string path;
  while (path.size() < 1'000'000) path += "/0";
  EXPECT_EQ(Patched("{op: add, path: " + path + ", value: x}"), "");
}

TEST(Surroundings, NamesAWrappedValueByItsOwnerOrItsType) {
  const auto name = [](std::string_view owner, std::string_view yaml) {
    return Of(yaml,
              [&](const Node& node) { return std::string(Surroundings(node).WrappedName(owner)); });
  };
  EXPECT_EQ(name("password", "{value: x}"), "password");
  EXPECT_EQ(name("credentials", "{type: password, value: x}"), "password");
  EXPECT_EQ(name("credentials", "{type: otp, value: x}"), "credentials");
  EXPECT_EQ(name("replicas", "{value: x}"), "");
  EXPECT_EQ(name("fields", "{type: password, value: x}"), "") << "a form asks for one";
}

TEST(NameOfMembers, IsOneOfThePlural) {
  EXPECT_EQ(NameOfMembers("apiTokens"), "apiToken");
  EXPECT_EQ(NameOfMembers("tokens"), "token");
  EXPECT_EQ(NameOfMembers("credentials"), "token");
  for (const char* name : {"token", "replicas", "labels", "passes", "keys", "s", ""}) {
    EXPECT_EQ(NameOfMembers(name), "") << name;
  }
}

TEST(Surroundings, KnowsTheNameBesideAValue) {
  const auto sibling = [](std::string_view yaml) {
    return Of(yaml, [](const Node& node) { return std::string(Surroundings(node).sibling()); });
  };
  EXPECT_EQ(sibling("{value: x, name: A}"), "A");
  EXPECT_EQ(sibling("{header: H, value: x, key: K}"), "K") << "the more telling one";
  EXPECT_EQ(sibling("{name: A, name: B, value: x}"), "B") << "the one that is kept";
  EXPECT_EQ(sibling("{name: {}, value: x}"), "");
  EXPECT_EQ(sibling("{env: A, defaultValue: x}"), "A");
  EXPECT_TRUE(IsSiblingValue("defaultValue"));
}

TEST(HoldsItsValue, UnlessItSaysWhereItIs) {
  EXPECT_TRUE(Of("{value: x}", HoldsItsValue));
  EXPECT_TRUE(Of("{inlineString: x, other: z}", HoldsItsValue));
  EXPECT_TRUE(Of("{username: a, password: x}", HoldsItsValue));
  for (const char* reference :
       {"{name: a, key: b}", "{secretName: a, value: b}", "{valueFrom: {}}", "{value: {a: b}}",
        "{}", "{existingSecret: a, password: x}", "{usernameKey: a, passwordKey: b}",
        "{password: 1}", "{name: a, password: x}"}) {
    EXPECT_FALSE(Of(reference, HoldsItsValue)) << reference;
  }
}

}  // namespace
}  // namespace keysteward::detection
