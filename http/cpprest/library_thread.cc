#include "http/cpprest/library_thread.h"

#include <pplx/pplxtasks.h>
#include <pplx/threadpool.h>

#include <memory>
#include <utility>

namespace keysteward::http {
namespace {

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wnon-virtual-dtor"  // the library's interface has none
struct InlineScheduler final : pplx::scheduler_interface {
  void schedule(pplx::TaskProc_t proc, void* argument) override { proc(argument); }
};
#pragma GCC diagnostic pop

bool Start() {
  pplx::set_ambient_scheduler(std::make_shared<InlineScheduler>());
  crossplat::threadpool::initialize_with_threads(1);
  return true;
}

}  // namespace

void StartLibraryThread() { [[maybe_unused]] static const bool started = Start(); }

void OnLibraryThread(std::function<void()> work) {
  StartLibraryThread();
  crossplat::threadpool::shared_instance().service().post(std::move(work));
}

}  // namespace keysteward::http
