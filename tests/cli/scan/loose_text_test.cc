#include "cli/scan/loose_text.h"

#include <gtest/gtest.h>

namespace keysteward::cli {
namespace {

// What is found in comments and actions is in scanner_test.cc: it takes an engine.
std::string Named(const std::string& text) {
  detection::ManifestReader reader;
  auto file = reader.Read(text);
  EXPECT_TRUE(file);
  if (file->is_template) *file = reader.ReadTemplate(text);
  const detection::ObjectIdentity object = IdentityIn(*file, *file->documents.at(0).root);
  return object.kind + " " + object.namespace_name + "/" + object.name;
}

TEST(IdentityIn, LeavesOutWhatATemplateComputes) {
  EXPECT_EQ(Named("kind: Pod\nmetadata:\n  name: {{ .x }}-a\n  namespace: shop\n"), "Pod shop/");
  EXPECT_EQ(Named("kind: Pod\nmetadata:\n  name: a\n  namespace: {{ .x }}\n"), "Pod /a");
}

TEST(IdentityIn, KeepsWhatAFileSays) {
  EXPECT_EQ(Named("kind: Pod\nmetadata: {name: a$b, namespace: shop}\n"), "Pod shop/a$b");
}

}  // namespace
}  // namespace keysteward::cli
