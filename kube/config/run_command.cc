#include "kube/config/run_command.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <functional>

extern char** environ;

namespace keysteward::kube {
namespace {

constexpr size_t kMaxErrorText = 4096;
constexpr int kPollMilliseconds = 20;  // how late a stop token or deadline may be seen

// Closes what it holds.
class File {
 public:
  File() = default;
  explicit File(int descriptor) : descriptor_(descriptor) {}
  File(File&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  File& operator=(File&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }
  ~File() { Close(); }

  int get() const { return descriptor_; }
  bool open() const { return descriptor_ >= 0; }
  void Close() {
    if (open()) close(std::exchange(descriptor_, -1));
  }

 private:
  int descriptor_ = -1;
};

struct Pipe {
  File read;
  File write;
};

Result<Pipe> MakePipe() {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) {
    return Error::FailedPrecondition(std::string("pipe: ") + std::strerror(errno));
  }
  return Pipe{File(ends[0]), File(ends[1])};
}

std::vector<char*> Pointers(std::vector<std::string>& texts) {
  std::vector<char*> out;
  for (std::string& text : texts) out.push_back(text.data());
  out.push_back(nullptr);
  return out;
}

std::vector<std::string> EnvironmentOf(const Command& command) {
  std::vector<std::string> out;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const std::string_view name = text.substr(0, text.find('='));
    bool replaced = false;
    for (const auto& [key, value] : command.env) replaced = replaced || key == name;
    if (!replaced) out.emplace_back(text);
  }
  for (const auto& [key, value] : command.env) out.push_back(key + "=" + value);
  return out;
}

Result<pid_t> Spawn(const Command& command, const Pipe& out, const Pipe& err) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_init(&actions);
  posix_spawnattr_init(&attributes);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, out.write.get(), 1);
  posix_spawn_file_actions_adddup2(&actions, err.write.get(), 2);
  posix_spawn_file_actions_addclosefrom_np(&actions, 3);
  sigset_t none;
  sigemptyset(&none);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK);
  std::vector<std::string> args = command.args;
  args.insert(args.begin(), command.program);
  std::vector<std::string> environment = EnvironmentOf(command);
  pid_t pid = 0;
  const int failure = posix_spawnp(&pid, command.program.c_str(), &actions, &attributes,
                                   Pointers(args).data(), Pointers(environment).data());
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  if (failure == 0) return pid;
  return Error::NotFound(command.program + ": " + std::strerror(failure));
}

// One read; closes the file at its end.
void ReadSome(File& file, std::string& into) {
  char buffer[16 * 1024];
  const ssize_t got = read(file.get(), buffer, sizeof buffer);
  if (got > 0) {
    into.append(buffer, static_cast<size_t>(got));
  } else if (got == 0 || errno != EINTR) {
    file.Close();
  }
}

Result<void> ReadToEnd(Pipe& out, Pipe& err, CommandOutput& output, const CommandLimits& limits,
                       const std::function<Result<void>()>& check) {
  while (out.read.open() || err.read.open()) {
    KS_RETURN_IF_ERROR(check());
    pollfd waits[] = {{out.read.get(), POLLIN, 0}, {err.read.get(), POLLIN, 0}};
    if (poll(waits, 2, kPollMilliseconds) <= 0) continue;
    if (waits[0].revents != 0) ReadSome(out.read, output.out);
    if (waits[1].revents != 0) ReadSome(err.read, output.err);
    if (output.out.size() > limits.max_output) return Error::TooLarge("too much output");
    if (output.err.size() > kMaxErrorText) output.err.resize(kMaxErrorText);
  }
  return {};
}

// The program may close its output and live on.
Result<int> AwaitExit(pid_t pid, const std::function<Result<void>()>& check) {
  while (true) {
    int status = 0;
    const pid_t ended = waitpid(pid, &status, WNOHANG);
    if (ended == pid) return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    if (ended < 0 && errno != EINTR) return Error::Internal("the program was waited for elsewhere");
    KS_RETURN_IF_ERROR(check());
    poll(nullptr, 0, kPollMilliseconds);
  }
}

void KillGroup(pid_t pid) {
  kill(-pid, SIGKILL);
  while (waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
  }
}

}  // namespace

Result<CommandOutput> RunCommand(const Command& command, const CommandLimits& limits,
                                 const Clock& clock, const std::stop_token& stop) {
  KS_ASSIGN_OR_RETURN(Pipe out, MakePipe());
  KS_ASSIGN_OR_RETURN(Pipe err, MakePipe());
  const MonoTime deadline = clock.MonoNow() + limits.timeout;
  KS_ASSIGN_OR_RETURN(const pid_t pid, Spawn(command, out, err));
  out.write.Close();
  err.write.Close();
  const auto check = [&]() -> Result<void> {
    if (stop.stop_requested()) return Error::Cancelled(command.program + " cancelled");
    if (clock.MonoNow() < deadline) return {};
    return Error::DeadlineExceeded(command.program + " took too long");
  };
  CommandOutput output;
  Result<void> read = ReadToEnd(out, err, output, limits, check);
  Result<int> exit_code = read ? AwaitExit(pid, check) : Result<int>(read.error());
  if (!exit_code) {
    KillGroup(pid);
    return exit_code.error();
  }
  output.exit_code = *exit_code;
  return output;
}

}  // namespace keysteward::kube
