#include "operator/issuers/issuer_snapshot.h"

#include <gtest/gtest.h>

#include "tests/builders/credential_issuer_builder.h"
#include "tests/fakes/fake_api_server.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_random.h"

namespace keysteward::op {
namespace {

// Bug: the copy of a namespaced issuer was read back as the cluster kind, whose allowedNamespaces
// it does not have, so no key of a deleted namespace was ever revoked.
TEST(IssuerSnapshot, OfANamespacedIssuerReadsBackAsItWasSaved) {
  FakeClock clock;
  FakeRandom random;
  kube::FakeApiServer server(clock, random);
  IssuerCopy copy;
  copy.name = "payments/acme";
  copy.issuer_uid = "uid-acme";
  copy.spec = builders::CredentialIssuerBuilder("acme").At("https://localhost:8443").Build().spec;
  copy.admin = SecretBytes::CopyOf("admin-token");
  copy.allow_private = true;
  ASSERT_TRUE(SaveSnapshot(server, "keysteward-system", copy, {}));

  const auto loaded = LoadSnapshot(server, {"keysteward-system", "issuer-uid-acme"}, {});
  ASSERT_TRUE(loaded) << loaded.error().ToString();
  EXPECT_EQ(loaded->name, "payments/acme");
  EXPECT_EQ(loaded->spec, copy.spec);
  EXPECT_TRUE(loaded->allow_private);
  EXPECT_TRUE(loaded->admin.ConstantTimeEquals("admin-token"));
}

TEST(IssuerSnapshot, SavedAgainUnchangedWritesNothing) {
  FakeClock clock;
  FakeRandom random;
  kube::FakeApiServer server(clock, random);
  IssuerCopy copy;
  copy.name = "payments/acme";
  copy.issuer_uid = "uid-acme";
  copy.spec = builders::CredentialIssuerBuilder("acme").At("https://localhost:8443").Build().spec;
  ASSERT_TRUE(SaveSnapshot(server, "keysteward-system", copy, {}));
  const int64_t before = server.revision();
  ASSERT_TRUE(SaveSnapshot(server, "keysteward-system", copy, {}));
  EXPECT_EQ(server.revision(), before);
}

}  // namespace
}  // namespace keysteward::op
