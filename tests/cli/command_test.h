// CommandTest: a fake cluster, streams and a clock that runs by itself when a command waits.
//
//   class StatusCommand : public CommandTest {};
//   TEST_F(StatusCommand, …) { Store(ManagedCredentialBuilder().BuildJson()); … out(); }
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

#include "cli/commands/command_context.h"
#include "tests/builders/credential_rotation_builder.h"
#include "tests/builders/managed_credential_builder.h"
#include "tests/fakes/fake_api_server.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_random.h"

namespace keysteward::cli {

// Whoever waits is at once at the end of the wait.
class RunningClock final : public Clock {
 public:
  WallTime WallNow() const override { return time_.WallNow(); }
  MonoTime MonoNow() const override { return time_.MonoNow(); }
  void WaitUntil(CondVar&, Mutex&, const std::stop_token&, MonoTime deadline) const override {
    if (deadline > MonoNow()) time_.Advance(deadline - MonoNow());
  }
  void Advance(Duration duration) { time_.Advance(duration); }

 private:
  mutable FakeClock time_;
};

// The fake server with a discovery document and other raw paths.
class RawPathsClient final : public kube::Client {
 public:
  explicit RawPathsClient(kube::Client& server) : server_(server) {}

  void Answer(const std::string& path, Result<std::string> answer) {
    answers_.insert_or_assign(path, std::move(answer));
  }

  Result<nlohmann::json> Get(const kube::Resource& resource, const kube::ObjectKey& key,
                             const kube::Call& call) override {
    return server_.Get(resource, key, call);
  }
  Result<kube::ObjectList> List(const kube::Resource& resource, const kube::ListOptions& options,
                                const kube::Call& call) override {
    return server_.List(resource, options, call);
  }
  Result<nlohmann::json> Create(const kube::Resource& resource, const nlohmann::json& object,
                                const kube::WriteOptions& options,
                                const kube::Call& call) override {
    return server_.Create(resource, object, options, call);
  }
  Result<nlohmann::json> Update(const kube::Resource& resource, const nlohmann::json& object,
                                const kube::WriteOptions& options,
                                const kube::Call& call) override {
    return server_.Update(resource, object, options, call);
  }
  Result<nlohmann::json> Patch(const kube::Resource& resource, const kube::ObjectKey& key,
                               kube::PatchType type, const nlohmann::json& patch,
                               const kube::PatchOptions& options, const kube::Call& call) override {
    return server_.Patch(resource, key, type, patch, options, call);
  }
  Result<void> Delete(const kube::Resource& resource, const kube::ObjectKey& key,
                      const kube::DeleteOptions& options, const kube::Call& call) override {
    return server_.Delete(resource, key, options, call);
  }
  Result<void> Watch(const kube::Resource& resource, const kube::WatchOptions& options,
                     const kube::WatchSink& sink, std::stop_token stop) override {
    return server_.Watch(resource, options, sink, stop);
  }
  Result<std::string> GetRaw(std::string_view path, const kube::Call& call) override {
    const auto answer = answers_.find(std::string(path));
    return answer == answers_.end() ? server_.GetRaw(path, call) : answer->second;
  }

 private:
  kube::Client& server_;
  std::map<std::string, Result<std::string>> answers_;
};

class CommandTest : public testing::Test {
 protected:
  // The object with its status; the server gives it a uid of its own.
  void Store(const api::Resource& resource, nlohmann::json object) {
    const nlohmann::json status = object.value("status", nlohmann::json());
    const api::ObjectKey key{object["metadata"].value("namespace", ""), object["metadata"]["name"]};
    object["metadata"].erase("resourceVersion");
    const auto created = server.Create(resource, object, {}, {});
    ASSERT_TRUE(created) << created.error().ToString();
    if (status.is_null()) return;
    const auto patched = server.Patch(resource, key, kube::PatchType::kMerge, {{"status", status}},
                                      {.subresource = "status"}, {});
    ASSERT_TRUE(patched) << patched.error().ToString();
  }
  void Store(const builders::ManagedCredentialBuilder& builder) {
    Store(api::KindOf<api::v1alpha1::ManagedCredential>::resource, builder.BuildJson());
  }
  void Store(const builders::CredentialRotationBuilder& builder) {
    Store(api::KindOf<api::v1alpha1::CredentialRotation>::resource, builder.BuildJson());
  }
  // Changes the status of a stored rotation, as the operator does.
  void Store(const api::v1alpha1::CredentialRotation& rotation) {
    const auto patched =
        server.Patch(api::KindOf<api::v1alpha1::CredentialRotation>::resource,
                     rotation.metadata.key(), kube::PatchType::kMerge,
                     {{"status", ToJson(rotation.status)}}, {.subresource = "status"}, {});
    ASSERT_TRUE(patched) << patched.error().ToString();
  }

  std::string out() const { return out_.str(); }
  std::string err() const { return err_.str(); }

  RunningClock clock;
  FakeRandom random;
  kube::FakeApiServer server{clock, random};
  RawPathsClient client{server};

 private:
  std::ostringstream out_;
  std::ostringstream err_;

 protected:
  CommandContext context{
      .client = client, .clock = clock, .out = out_, .err = err_, .namespace_name = "payments"};
};

}  // namespace keysteward::cli
