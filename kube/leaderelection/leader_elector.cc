#include "kube/leaderelection/leader_elector.h"

#include <algorithm>
#include <array>
#include <exception>
#include <thread>
#include <utility>

#include "observability/metric_names.h"

namespace keysteward::kube {
namespace {

using api::coordination::Lease;

// Share of retry_period added at random while waiting, so that rivals do not march in step.
constexpr double kJitter = 1.2;

Result<void> Validate(const LeaderElectionConfig& config) {
  using std::chrono::seconds;
  if (config.lease.name.empty()) return Error::InvalidArgument("lease has no name");
  if (config.identity.empty()) return Error::InvalidArgument("identity is empty");
  if (config.retry_period <= Duration::zero()) {
    return Error::InvalidArgument("retry_period must be above zero");
  }
  if (config.lease_duration < seconds(1) || config.lease_duration % seconds(1) != seconds(0)) {
    return Error::InvalidArgument("lease_duration must be whole seconds, at least one");
  }
  if (config.lease_duration <= config.renew_deadline) {
    return Error::InvalidArgument("lease_duration must be longer than renew_deadline");
  }
  if (config.renew_deadline.count() <= config.retry_period.count() * (1 + kJitter)) {
    return Error::InvalidArgument("renew_deadline must be longer than 2.2 × retry_period");
  }
  return {};
}

}  // namespace

std::string LeaderIdentity(std::string_view hostname, Random& random) {
  return std::string(hostname) + "_" + random.Text(16, "0123456789abcdef");
}

Result<std::unique_ptr<LeaderElector>> LeaderElector::Create(LeaderElectionConfig config,
                                                             const Runtime& runtime) {
  Result<void> valid = Validate(config);
  if (!valid) return std::move(valid).error().WithContext("leader election");
  return std::unique_ptr<LeaderElector>(new LeaderElector(std::move(config), runtime));
}

LeaderElector::LeaderElector(LeaderElectionConfig config, const Runtime& runtime)
    : config_(std::move(config)),
      runtime_(runtime),
      lock_(runtime.client, config_.lease),
      observation_(config_.identity, config_.lease_duration) {
  runtime_.metrics.Set(kLeaderElectionMasterStatus, {{"name", config_.lease.name}}, 0);
}

Result<void> LeaderElector::Run(const std::stop_token& stop, const Work& work) {
  if (!Acquire(stop)) return {};
  runtime_.log.Info("leading", {{"lease", config_.lease.ToString()}, {"as", config_.identity}});
  runtime_.metrics.Set(kLeaderElectionMasterStatus, {{"name", config_.lease.name}}, 1);
  std::stop_source leading;
  // Renewing goes on while the work winds down.
  std::jthread renewer([this](const std::stop_token& done) { Renew(done); });
  std::jthread worker([&] {
    try {
      work(leading.get_token());
    } catch (const std::exception& thrown) {
      Lose(std::string("the work threw ") + thrown.what());
    } catch (...) {
      Lose("the work threw an object that is not a std::exception");
    }
    Finish();
  });
  const bool lost = WatchOver(stop);
  leading.request_stop();
  worker.join();
  renewer.request_stop();
  renewer.join();
  runtime_.metrics.Set(kLeaderElectionMasterStatus, {{"name", config_.lease.name}}, 0);
  if (!lost && IsLeader()) Release();
  MutexLock lock(mutex_);
  renewal_.reset();
  if (lost_) return Error::FailedPrecondition("leadership lost: " + why_);
  return {};
}

bool LeaderElector::Acquire(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const Result<bool> acquired = TryAcquireOrRenew(stop);
    if (acquired && *acquired && InTime()) return true;
    if (!acquired) Warn("lease could not be read or taken", acquired.error());
    const double wait =
        static_cast<double>(config_.retry_period.count()) * (1 + kJitter * runtime_.random.Unit());
    runtime_.clock.SleepFor(Duration(static_cast<int64_t>(wait)), stop);
  }
  return false;
}

// The answer may have come so late that the lease is as good as gone: then it does not count.
bool LeaderElector::InTime() {
  if (IsLeader()) return true;
  MutexLock lock(mutex_);
  renewal_.reset();
  return false;
}

void LeaderElector::Renew(const std::stop_token& stop) {
  while (runtime_.clock.SleepFor(config_.retry_period, stop)) {
    const Result<bool> renewed = TryAcquireOrRenew(stop);
    if (renewed && !*renewed) Lose("the lease is held by " + observation_.holder());
    if (!StillLeads(renewed ? "" : renewed.error().ToString())) return;
    if (!renewed) Warn("lease could not be renewed", renewed.error());
  }
}

// Keeps the failure as the reason, should the lease run out now.
bool LeaderElector::StillLeads(std::string failure) {
  MutexLock lock(mutex_);
  if (!lost_) why_ = std::move(failure);
  return !lost_;
}

Result<bool> LeaderElector::TryAcquireOrRenew(const std::stop_token& stop) {
  const Call call{stop, config_.renew_deadline / 2};
  std::optional<Lease> seen = std::exchange(ours_, std::nullopt);
  if (!seen) {
    Result<Lease> got = lock_.Get(call);
    if (!got && got.error().code != ErrorCode::kNotFound) {
      return std::move(got).error().WithContext("read lease");
    }
    if (got) {
      seen = std::move(got).value();
      observation_.Saw(*seen, runtime_.clock.MonoNow());
    } else {
      observation_.SawNone();
    }
    NoteHolder();
    if (!observation_.MayTake(runtime_.clock.MonoNow())) return false;
  }
  const Renewal sent{runtime_.clock.MonoNow(), runtime_.clock.WallNow()};
  Result<Lease> written = Write(std::move(seen), call);
  if (!written) return std::move(written).error().WithContext("write lease");
  observation_.Saw(*written, sent.mono);
  ours_ = std::move(written).value();
  NoteHolder();
  return Renewed(sent);
}

Result<Lease> LeaderElector::Write(std::optional<Lease> seen, const Call& call) {
  const bool create = !seen;
  Lease lease = std::move(seen).value_or(Lease{});
  const WallTime now = runtime_.clock.WallNow();
  if (lease.spec.holder_identity != config_.identity) {
    lease.spec.holder_identity = config_.identity;
    lease.spec.acquire_time = now;
    if (!create) ++lease.spec.lease_transitions;
  }
  lease.spec.lease_duration_seconds =
      std::chrono::duration_cast<std::chrono::seconds>(config_.lease_duration).count();
  lease.spec.renew_time = now;
  return create ? lock_.Create(std::move(lease), call) : lock_.Update(lease, call);
}

// A renewal that comes after the deadline is no renewal: the work was told to stop, or a frozen
// process would go on as if nothing had been.
bool LeaderElector::Renewed(Renewal sent) {
  MutexLock lock(mutex_);
  if (renewal_ && MonoRemaining() == Duration::zero()) LoseLocked("renewed too late");
  if (!lost_) renewal_ = sent;
  changed_.notify_all();
  return !lost_;
}

void LeaderElector::Lose(std::string_view why) {
  MutexLock lock(mutex_);
  LoseLocked(why);
}

// The first reason is the one that counts.
void LeaderElector::LoseLocked(std::string_view why) {
  if (!lost_) why_ = why;
  lost_ = true;
  changed_.notify_all();
}

void LeaderElector::Finish() {
  MutexLock lock(mutex_);
  finished_ = true;
  changed_.notify_all();
}

bool LeaderElector::WatchOver(const std::stop_token& stop) {
  MutexLock lock(mutex_);
  while (!stop.stop_requested() && !finished_ && !lost_) {
    if (MonoRemaining() == Duration::zero()) {
      LoseLocked("not renewed in time" + (why_.empty() ? "" : ": " + why_));
      break;
    }
    runtime_.clock.WaitUntil(changed_, mutex_, stop, renewal_->mono + config_.renew_deadline);
  }
  return lost_;
}

Duration LeaderElector::MonoRemaining() const {
  const Duration passed = runtime_.clock.MonoNow() - renewal_->mono;
  return std::max(config_.renew_deadline - passed, Duration::zero());
}

Duration LeaderElector::Remaining() const {
  MutexLock lock(mutex_);
  if (!renewal_ || lost_) return Duration::zero();
  // The monotonic clock stands still while a machine is suspended; wall time then tells. A jump of
  // wall time costs at most the wait for the next renewal.
  const Duration wall_passed = runtime_.clock.WallNow() - renewal_->wall;
  return std::max(std::min(MonoRemaining(), config_.renew_deadline - wall_passed),
                  Duration::zero());
}

void LeaderElector::NoteHolder() {
  const std::string holder = observation_.holder();
  if (holder == known_holder_) return;
  known_holder_ = holder;
  runtime_.log.Info("new leader", {{"lease", config_.lease.ToString()},
                                   {"holder", holder.empty() ? "-" : holder}});
}

// So that the next one need not wait for the lease to run out. Nobody's stop token: it has fired.
void LeaderElector::Release() {
  const Call call{{}, config_.renew_deadline / 2};
  Result<Lease> lease = ours_ ? Result<Lease>(*ours_) : lock_.Get(call);
  if (lease && lease->spec.holder_identity != config_.identity) return;
  if (lease) {
    lease->spec.holder_identity.clear();
    lease->spec.lease_duration_seconds = 1;
    lease->spec.renew_time = runtime_.clock.WallNow();
    lease = lock_.Update(*lease, call);
  }
  if (!lease) Warn("lease could not be released", lease.error());
}

void LeaderElector::Warn(std::string_view message, const Error& error) const {
  runtime_.log.Warn(message, {{"lease", config_.lease.ToString()}, {"error", error.ToString()}});
}

}  // namespace keysteward::kube
