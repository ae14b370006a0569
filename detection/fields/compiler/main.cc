// keysteward_field_compiler OUTPUT TYPES REVIEW...: checks what is written about fields and writes
// it as the C++ source that the programs embed. Runs at build time only.
#include <cstdio>
#include <fstream>
#include <sstream>

#include "detection/fields/compiler/field_source.h"

namespace {

using keysteward::Error;
using keysteward::Result;

Result<std::string> ReadText(const char* path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in || !text) return Error::NotFound(std::string("cannot read ") + path);
  return text.str();
}

Result<void> Run(const char* output, const char* types_path, std::span<char*> review_paths) {
  using namespace keysteward::detection;  // NOLINT: a short program
  KS_ASSIGN_OR_RETURN(const std::string types_text, ReadText(types_path));
  KS_ASSIGN_OR_RETURN(const KubernetesTypes types, ReadKubernetesTypes(types_path, types_text));
  FieldReview review;
  for (const char* path : review_paths) {
    KS_ASSIGN_OR_RETURN(const std::string text, ReadText(path));
    KS_RETURN_IF_ERROR(AddReview(path, text, review));
  }
  KS_ASSIGN_OR_RETURN(const CompiledFields fields, CompileFields(types, review));
  std::ofstream out(output, std::ios::binary);
  out << FieldSource(fields);
  out.close();
  if (!out) return Error::Unavailable(std::string("cannot write ") + output);
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) {
    std::fputs("usage: keysteward_field_compiler OUTPUT TYPES REVIEW...\n", stderr);
    return 2;
  }
  const Result<void> done = Run(argv[1], argv[2], {argv + 3, argv + argc});
  if (!done) std::fprintf(stderr, "%s\n", done.error().message.c_str());
  return done ? 0 : 1;
}
