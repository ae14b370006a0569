#include "kube/controller/controller.h"

#include <exception>

#include "observability/metric_names.h"

namespace keysteward::kube {

Controller::Controller(ControllerOptions options, Reconciler& reconciler, const Runtime& runtime)
    : options_(std::move(options)),
      reconciler_(reconciler),
      runtime_(runtime),
      queue_(options_.name, DefaultRateLimiter<Request>(runtime.clock), runtime.clock,
             runtime.metrics) {
  runtime_.metrics.Set(kMaxConcurrentReconciles, {{"controller", options_.name}}, options_.workers);
}

Controller::~Controller() { Stop(); }

void Controller::Start() {
  for (int i = 0; i < options_.workers; ++i) {
    workers_.emplace_back([this](const std::stop_token& stop) { Work(stop); });
  }
}

void Controller::RequestStop() {
  queue_.ShutDown();
  for (std::jthread& worker : workers_) worker.request_stop();
}

void Controller::Stop() {
  RequestStop();
  workers_.clear();
}

std::vector<Request> Controller::ControllerOwner(const api::ObjectMeta& meta,
                                                 const std::string& owner_kind) {
  const api::OwnerReference* owner = meta.Controller();
  if (owner == nullptr || owner->kind != owner_kind) return {};
  return {{meta.namespace_name, owner->name}};
}

void Controller::Work(const std::stop_token& stop) {
  while (const auto item = queue_.Get(stop)) {
    ReconcileOne(*item, stop);
    queue_.Done(item->key);
  }
}

void Controller::ReconcileOne(const Item& item, const std::stop_token& stop) {
  const Labels controller{{"controller", options_.name}};
  AddActive(1);
  const MonoTime start = runtime_.clock.MonoNow();
  const Result<ReconcileResult> result = Contained(item.key, stop);
  const std::chrono::duration<double> took = runtime_.clock.MonoNow() - start;
  runtime_.metrics.Observe(kReconcileTime, controller, took.count());
  AddActive(-1);
  // A reconcile that was told to stop says nothing about its object.
  if (!result && stop.stop_requested()) return;
  React(item, result);
  Report(item.key, result);
}

// The gauge is set under the lock, or an older number could be the last one.
void Controller::AddActive(int change) {
  MutexLock lock(active_mutex_);
  runtime_.metrics.Set(kActiveWorkers, {{"controller", options_.name}}, active_ += change);
}

Result<ReconcileResult> Controller::Contained(const Request& request, const std::stop_token& stop) {
  const char* what = "an object that is not a std::exception";
  std::string text;
  try {
    return reconciler_.Reconcile(request, {stop, options_.reconcile_timeout});
  } catch (const std::exception& thrown) {
    text = thrown.what();
    what = text.c_str();
  } catch (...) {
    // `what` says so already.
  }
  runtime_.metrics.Increment(kReconcilePanics, {{"controller", options_.name}});
  return Error::Internal(std::string("the reconciler threw ") + what);
}

void Controller::React(const Item& item, const Result<ReconcileResult>& result) {
  const QueueDecision decision = NextQueueAction(result);
  switch (decision.action) {
    case QueueAction::kForget:
      queue_.Forget(item.key);
      break;
    case QueueAction::kAddAfter:
      queue_.Forget(item.key);
      queue_.AddAfter(item.key, decision.delay, Lane::kPeriodic);
      break;
    case QueueAction::kAddRateLimited:
      queue_.AddRateLimited(item.key, item.lane, decision.delay);
      break;
  }
  runtime_.metrics.Increment(
      kReconcileTotal, {{"controller", options_.name}, {"result", std::string(decision.outcome)}});
}

void Controller::Report(const Request& request, const Result<ReconcileResult>& result) {
  if (result && !result->stalled) return;
  const Labels controller{{"controller", options_.name}};
  runtime_.metrics.Increment(kReconcileErrors, controller);
  LogFields fields = {{"controller", options_.name},
                      {"namespace", request.namespace_name},
                      {"name", request.name},
                      {"error", (result ? *result->stalled : result.error()).ToString()}};
  if (result) {
    runtime_.metrics.Increment(kTerminalReconcileErrors, controller);
    runtime_.log.Error("reconcile stalled", fields);
    return;
  }
  fields.emplace_back("failures", queue_.NumRequeues(request));
  // A conflict is the normal end of a race with another writer.
  const bool race = result.error().code == ErrorCode::kConflict;
  race ? runtime_.log.Info("reconcile retried", fields)
       : runtime_.log.Error("reconcile failed", fields);
}

}  // namespace keysteward::kube
