#include "cli/scan/git_inputs.h"

#include <algorithm>

#include "cli/scan/full_diff.h"
#include "common/strings.h"
#include "kube/config/run_command.h"

namespace keysteward::cli {
namespace {

constexpr size_t kLargestDiff = 256u << 20;

// Nothing of the user's configuration may change the form of the diff or start another program.
kube::Command DiffCommand(const ScanOptions& options) {
  kube::Command command{"git",
                        {"-c", "diff.suppressBlankEmpty=false", "-c", "core.quotePath=false", "-c",
                         "diff.orderFile=/dev/null"},
                        {{"GIT_OPTIONAL_LOCKS", "0"}, {"LC_ALL", "C"}}};
  std::vector<std::string>& args = command.args;
  if (!options.paths.empty()) args.push_back("--literal-pathspecs");
  for (const char* argument :
       {"diff", "--no-color", "--no-ext-diff", "--no-textconv", "--no-relative", "--text",
        "--ignore-submodules", "--find-renames", "--diff-filter=d", "--src-prefix=a/",
        "--dst-prefix=b/", "--unified=20000000"}) {
    args.emplace_back(argument);
  }
  if (options.staged) {
    args.emplace_back("--cached");
  } else {
    args.insert(args.end(), {"--merge-base", options.since});
  }
  args.emplace_back("--");
  if (options.paths.empty()) {
    args.insert(args.end(),
                {":(top)*.yaml", ":(top)*.yml", ":(top)*.json", ":(top)*.tpl", ":(top)*NOTES.txt",
                 ":(top)*.env", ":(top)*.env.*", ":(top)*.properties"});
  } else {
    args.insert(args.end(), options.paths.begin(), options.paths.end());
  }
  return command;
}

std::string FirstLine(const std::string& text) {
  return Printable(text.substr(0, text.find('\n')), 200);
}

}  // namespace

Result<ScanInputs> GitInputs(const ScanOptions& options, const Clock& clock,
                             const std::stop_token& stop) {
  if (options.since.starts_with('-')) {
    return Error::InvalidArgument("--since: not a revision");
  }
  Result<kube::CommandOutput> run =
      kube::RunCommand(DiffCommand(options), {.max_output = kLargestDiff}, clock, stop);
  if (!run) return Error::InvalidArgument(run.error().message);
  if (run->exit_code != 0) return Error::InvalidArgument("git: " + FirstLine(run->err));
  KS_ASSIGN_OR_RETURN(std::vector<ChangedFile> files, ParseFullDiff(run->out));
  ScanInputs inputs;
  inputs.complete = false;
  for (ChangedFile& file : files) {
    const bool settings = IsSettingsName(file.path);
    if (file.is_link || !(settings || IsManifestName(file.path)) ||
        IsLeftOut(file.path, options.exclude)) {
      continue;
    }
    if (file.after.size() > kLargestFile) {
      inputs.errors.push_back(
          {file.path, "larger than " + std::to_string(kLargestFile) + " bytes"});
      continue;
    }
    inputs.inputs.push_back(
        {std::move(file.path), std::move(file.after), std::move(file.before), settings});
  }
  std::sort(inputs.inputs.begin(), inputs.inputs.end(),
            [](const ScanInput& a, const ScanInput& b) { return a.path < b.path; });
  return inputs;
}

}  // namespace keysteward::cli
