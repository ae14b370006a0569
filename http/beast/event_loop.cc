#include "http/beast/event_loop.h"

#include <unistd.h>

#include <algorithm>

#include "observability/metric_names.h"

namespace keysteward::http {
namespace {

constexpr uint64_t kListenerKey = 1;
constexpr uint64_t kFirstConnectionKey = 2;
constexpr int kAcceptsPerTurn = 64;
constexpr Duration kAcceptPause = std::chrono::milliseconds(100);

HttpReply Overloaded() {
  HttpReply reply = HttpReply::Text(503, "too many requests waiting\n");
  reply.headers.emplace_back("Retry-After", "1");
  return reply;
}

}  // namespace

EventLoop::EventLoop(const ServerOptions& options, const Handler& handler,
                     const tls::ServerContext* context, Sockets sockets, const Surroundings& around)
    : options_(options),
      handler_(handler),
      context_(context),
      listener_(std::move(sockets.listener)),
      poller_(std::move(sockets.poller)),
      log_(around.log),
      metrics_(around.metrics),
      clock_(around.clock),
      budget_(options.limits.body_budget),
      limits_(options.limits, options.reserved_addresses),
      next_key_(kFirstConnectionKey) {}

void EventLoop::Run(const std::stop_token& stop) {
  if (options_.workers > 0) {
    workers_ = std::make_unique<WorkerPool>(
        handler_, WorkerPool::Size{options_.workers, options_.limits.queued_requests},
        [this] { poller_.Ring(); }, log_, clock_);
  }
  poller_.Watch(listener_.fd(), kListenerKey, Interest::kRead);
  {
    const std::stop_callback wake(stop, [this] { poller_.Ring(); });
    while (!stop.stop_requested()) Turn();
  }
  BeginDrain();
  while (!entries_.empty() && now_ < drain_end_) Turn();
  EndDrain();
}

void EventLoop::Turn() {
  const std::vector<Ready>& ready = poller_.Wait(Timeout());
  now_ = clock_.MonoNow();
  // Those of this turn have had theirs: they go on in the next, after what is ready by then.
  const std::vector<uint64_t> yielded = std::exchange(yielded_, {});
  for (const Ready& each : ready) OnReady(each);
  if (now_ >= accept_again_) {
    accept_again_ = MonoTime::max();
    poller_.Change(listener_.fd(), kListenerKey, Interest::kRead);
  }
  TakeAnswers();
  for (const uint64_t key : yielded) {
    const auto found = entries_.find(key);
    if (found == entries_.end()) continue;
    found->second.yielded = false;
    if (!found->second.with_worker) StepOn(key, found->second);
  }
  if (now_ >= next_deadline_) ExpireLate();
}

Duration EventLoop::Timeout() const {
  if (!yielded_.empty()) return Duration::zero();
  const MonoTime due = std::min({next_deadline_, accept_again_, drain_end_});
  if (due == MonoTime::max()) return std::chrono::hours(1);
  return due - clock_.MonoNow();
}

void EventLoop::AcceptWaiting() {
  for (int i = 0; i < kAcceptsPerTurn; ++i) {
    Accepted accepted;
    switch (listener_.Accept(accepted)) {
      case Listener::AcceptState::kAccepted:
        Admit(accepted);
        break;
      case Listener::AcceptState::kNoneWaiting:
        return;
      case Listener::AcceptState::kExhausted:
        return PauseAccepting();
    }
  }
}

// The queued connection keeps the listener readable, which would make this thread spin.
void EventLoop::PauseAccepting() {
  log_.Warn("out of file descriptors or memory, accepting pauses", {{"server", options_.name}});
  CountRefused("out of file descriptors");
  poller_.Change(listener_.fd(), kListenerKey, Interest::kNone);
  accept_again_ = now_ + kAcceptPause;
}

void EventLoop::Admit(const Accepted& accepted) {
  if (!limits_.TryAdmit(accepted.peer)) {
    close(accepted.fd);
    return CountRefused("too many connections");
  }
  const uint64_t key = next_key_++;
  std::unique_ptr<tls::SocketStream> stream =
      context_ != nullptr ? context_->Accept(accepted.fd) : tls::MakePlainStream(accepted.fd);
  if (!stream || !poller_.Watch(accepted.fd, key, Interest::kRead)) {
    limits_.Release(accepted.peer);
    return CountRefused("out of memory");
  }
  Entry& entry = entries_[key];
  entry.connection = std::make_unique<Connection>(std::move(stream), accepted.peer,
                                                  Connection::Setting{options_, budget_}, now_);
  metrics_.Set(kHttpServerConnections, {{"server", options_.name}},
               static_cast<double>(limits_.open()));
  StepOn(key, entry);
}

void EventLoop::OnReady(const Ready& ready) {
  if (ready.key == kListenerKey) return AcceptWaiting();
  const auto found = entries_.find(ready.key);
  if (found == entries_.end()) return;
  Entry& entry = found->second;
  if (entry.yielded) return;  // has its turn after those that are ready
  if (!entry.with_worker) {
    StepOn(ready.key, entry);
    if (!ready.broken || !entries_.contains(ready.key)) return;
    // Nothing more will come of a broken socket once it had its step.
    if (!entry.with_worker) return Erase(ready.key, "");
  }
  // A client may send its next request early, but not make us look at it all the time.
  if (ready.broken) {
    // Kept until the handler is done: the request's body is still in memory and in the budget.
    entry.client_gone = true;
    return poller_.Forget(entry.connection->fd());
  }
  SetInterest(ready.key, entry, Interest::kNone);
}

void EventLoop::StepOn(uint64_t key, Entry& entry) {
  Settle(key, entry, entry.connection->Advance(now_));
}

void EventLoop::Settle(uint64_t key, Entry& entry, Step step) {
  if (step == Step::kHandle) {
    if (HandOver(key, entry)) return NoteDeadline(entry);
    // Sends the answer. A request that has come meanwhile waits until the others had theirs.
    step = entry.connection->Advance(now_);
  }
  switch (step) {
    case Step::kWaitRead:
      SetInterest(key, entry, Interest::kRead);
      break;
    case Step::kWaitWrite:
      SetInterest(key, entry, Interest::kWrite);
      break;
    case Step::kHandle:
    case Step::kYield:
      if (!entry.yielded) yielded_.push_back(key);
      entry.yielded = true;
      break;
    case Step::kClose:
      return Erase(key, "");
  }
  NoteDeadline(entry);
}

// True when a worker has the request, false when it is answered already.
bool EventLoop::HandOver(uint64_t key, Entry& entry) {
  entry.handed_over = now_;
  ServerRequest request = entry.connection->TakeRequest();
  request.stop = hard_stop_.get_token();
  if (!workers_ || (options_.is_immediate && options_.is_immediate(request))) {
    Answer(entry, RunHandler(handler_, request, log_));
    return false;
  }
  Submitted submitted{key, std::move(request)};
  entry.with_worker = workers_->Submit(submitted);
  if (entry.with_worker) return true;
  CountRefused("too many requests waiting");
  Answer(entry, Overloaded());
  return false;
}

void EventLoop::TakeAnswers() {
  if (!workers_) return;
  for (const Answered& answered : workers_->Collect()) {
    const auto found = entries_.find(answered.connection);
    if (found == entries_.end()) continue;
    found->second.with_worker = false;
    Answer(found->second, answered.reply);
    if (found->second.client_gone) {
      Erase(answered.connection, "client went away");
    } else {
      StepOn(answered.connection, found->second);
    }
  }
}

void EventLoop::Answer(Entry& entry, const HttpReply& reply) {
  metrics_.Increment(kHttpServerRequests,
                     {{"server", options_.name}, {"code", std::to_string(reply.status)}});
  const Duration took = clock_.MonoNow() - entry.handed_over;
  metrics_.Observe(kHttpServerDuration, {{"server", options_.name}},
                   std::chrono::duration<double>(took).count());
  entry.connection->Answer(reply, now_);
}

void EventLoop::ExpireLate() {
  next_deadline_ = MonoTime::max();
  std::vector<uint64_t> late;
  for (const auto& [key, entry] : entries_) {
    if (entry.connection->deadline() <= now_) {
      late.push_back(key);
    } else {
      NoteDeadline(entry);
    }
  }
  for (const uint64_t key : late) {
    Entry& entry = entries_.at(key);
    const Step step = entry.connection->Expire(now_);
    if (step == Step::kClose) {
      Erase(key, "");
    } else {
      StepOn(key, entry);
    }
  }
}

void EventLoop::SetInterest(uint64_t key, Entry& entry, Interest interest) {
  if (entry.interest == interest) return;
  entry.interest = interest;
  poller_.Change(entry.connection->fd(), key, interest);
}

void EventLoop::NoteDeadline(const Entry& entry) {
  next_deadline_ = std::min(next_deadline_, entry.connection->deadline());
}

void EventLoop::Erase(uint64_t key, std::string_view verdict) {
  const auto found = entries_.find(key);
  const Connection& connection = *found->second.connection;
  if (!connection.verdict().empty()) verdict = connection.verdict();
  if (!verdict.empty()) CountRefused(verdict);
  limits_.Release(connection.peer());
  entries_.erase(found);
  metrics_.Set(kHttpServerConnections, {{"server", options_.name}},
               static_cast<double>(limits_.open()));
}

void EventLoop::CountRefused(std::string_view reason) {
  metrics_.Increment(kHttpServerRefused,
                     {{"server", options_.name}, {"reason", std::string(reason)}});
}

void EventLoop::BeginDrain() {
  now_ = clock_.MonoNow();
  // Clients in the queue have connected as far as they know.
  AcceptWaiting();
  poller_.Forget(listener_.fd());
  listener_.Close();
  accept_again_ = MonoTime::max();
  drain_end_ = now_ + options_.limits.drain;
  std::vector<uint64_t> keys;
  for (const auto& [key, entry] : entries_) keys.push_back(key);
  for (const uint64_t key : keys) {
    Entry& entry = entries_.at(key);
    entry.connection->Drain(now_);
    if (!entry.with_worker) StepOn(key, entry);
  }
}

void EventLoop::EndDrain() {
  if (!entries_.empty()) {
    log_.Warn("connections cut at the end of the drain",
              {{"server", options_.name}, {"connections", entries_.size()}});
  }
  hard_stop_.request_stop();
  workers_.reset();
  while (!entries_.empty()) Erase(entries_.begin()->first, "cut by shutdown");
}

}  // namespace keysteward::http
