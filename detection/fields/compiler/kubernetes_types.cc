#include "detection/fields/compiler/kubernetes_types.h"

#include "detection/fields/compiler/data_file.h"

namespace keysteward::detection {
namespace {

constexpr std::string_view kSecret = ", secret";

TypeMember ReadMember(const Node& node) {
  TypeMember member;
  member.name = node.key;
  std::string_view shape = node.text;
  if (shape.ends_with(kSecret)) {
    member.speaks_of_secrets = true;
    shape.remove_suffix(kSecret.size());
  }
  for (bool again = true; again;) {
    again = false;
    for (const auto& [word, holder] :
         {std::pair<std::string_view, Holder>{"list ", Holder::kList}, {"map ", Holder::kMap}}) {
      if (!shape.starts_with(word)) continue;
      member.holders.push_back(holder);
      shape.remove_prefix(word.size());
      again = true;
    }
  }
  member.of = shape;
  return member;
}

Result<void> ReadKinds(const DataFile& file, const Node& kinds, KubernetesTypes& types) {
  for (const Node& row : kinds.children()) {
    const size_t blank = row.key.find(' ');
    if (blank == std::string_view::npos) return file.At(row, "want: group/version Kind");
    types.kinds.push_back({std::string(row.key.substr(0, blank)),
                           std::string(row.key.substr(blank + 1)), std::string(row.text)});
    if (!types.types.contains(row.text)) return file.At(row, "no such type");
  }
  return {};
}

}  // namespace

Result<KubernetesTypes> ReadKubernetesTypes(std::string_view name, std::string_view text) {
  KS_ASSIGN_OR_RETURN(const DataFile file, DataFile::Read(name, text));
  KubernetesTypes types;
  types.version = file.root().String("version");
  KS_ASSIGN_OR_RETURN(const Node* const rows, file.Section("types"));
  for (const Node& type : rows->children()) {
    std::vector<TypeMember>& members = types.types[std::string(type.key)];
    for (const Node& member : type.children()) members.push_back(ReadMember(member));
    if (members.empty()) return file.At(type, "a type without members");
  }
  KS_ASSIGN_OR_RETURN(const Node* const kinds, file.Section("kinds"));
  KS_RETURN_IF_ERROR(ReadKinds(file, *kinds, types));
  return types;
}

}  // namespace keysteward::detection
