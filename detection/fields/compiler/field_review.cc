#include "detection/fields/compiler/field_review.h"

#include <algorithm>
#include <optional>

#include "common/strings.h"
#include "detection/fields/compiler/data_file.h"

namespace keysteward::detection {
namespace {

using Texts = std::vector<std::string>;

constexpr std::pair<std::string_view, Meaning> kMeanings[] = {{"literal", Meaning::kLiteral},
                                                              {"reference", Meaning::kReference},
                                                              {"schema", Meaning::kSchema},
                                                              {"ciphertext", Meaning::kCiphertext},
                                                              {"ignored", Meaning::kIgnored}};
constexpr std::pair<std::string_view, Role> kRoles[] = {{"prose", Role::kProse},
                                                        {"text", Role::kText},
                                                        {"commandLine", Role::kCommandLine},
                                                        {"environment", Role::kEnvironment},
                                                        {"parameters", Role::kParameters},
                                                        {"headers", Role::kHeaders},
                                                        {"credentials", Role::kCredentials},
                                                        {"configuration", Role::kConfiguration}};

template <typename Table>
auto WordOf(const Table& table, std::string_view word) -> decltype(&table[0].second) {
  for (const auto& row : table) {
    if (row.first == word) return &row.second;
  }
  return nullptr;
}

// "literal environment": the meaning, then the role if there is one.
std::optional<FieldUse> ParseUse(std::string_view text) {
  const std::vector<std::string_view> words = Split(text, ' ');
  const Meaning* meaning = WordOf(kMeanings, words[0]);
  if (meaning == nullptr || words.size() > 2) return std::nullopt;
  if (words.size() == 1) return FieldUse{*meaning, Role::kPlain};
  const Role* role = WordOf(kRoles, words[1]);
  if (role == nullptr) return std::nullopt;
  return FieldUse{*meaning, *role};
}

class Sections {
 public:
  Sections(const DataFile& file, FieldReview& review) : file_(file), review_(review) {}

  Result<void> Read(const Node& section) {
    if (section.key == "names") return ReadNames(section);
    if (section.key == "endings") return ReadEndings(section);
    if (section.key == "objects") return ReadTexts(section, review_.objects);
    if (section.key == "root") return ReadRoot(section);
    if (section.key == "schemas") return ReadUses(section, review_.schemas);
    if (section.key == "fields") return ReadRows(section, "use", review_.fields);
    if (section.key == "secrets") return ReadRows(section, "why", review_.secrets);
    if (section.key == "thirdParty") return ReadThirdParty(section);
    return file_.At(section, "no such section: " + std::string(section.key));
  }

 private:
  Result<FieldUse> Use(const Node& node) const {
    const std::optional<FieldUse> use = ParseUse(node.text);
    if (!use) return file_.At(node, "no meaning: " + std::string(node.text));
    return *use;
  }

  Result<const Node*> Member(const Node& row, std::string_view name) const {
    const Node* member = row.Find(name);
    if (member == nullptr) return file_.At(row, "needs " + std::string(name));
    return member;
  }

  Result<void> OnlyHas(const Node& row, std::initializer_list<std::string_view> names) const {
    for (const Node& member : row.children()) {
      if (std::find(names.begin(), names.end(), member.key) == names.end()) {
        return file_.At(member, "no such member: " + std::string(member.key));
      }
    }
    return {};
  }

  Result<void> ReadTexts(const Node& list, Texts& texts) const {
    for (const Node& item : list.children()) {
      if (!item.is_scalar() || item.text.empty()) return file_.At(item, "want a text");
      texts.emplace_back(item.text);
    }
    if (texts.empty()) return file_.At(list, "want a list of texts");
    return {};
  }

  Result<Texts> TextsOf(const Node& row, std::string_view name) const {
    Texts texts;
    KS_ASSIGN_OR_RETURN(const Node* const list, Member(row, name));
    KS_RETURN_IF_ERROR(ReadTexts(*list, texts));
    return texts;
  }

  Result<void> ReadUses(const Node& section, FieldReview::Uses& uses) const {
    for (const Node& row : section.children()) {
      KS_ASSIGN_OR_RETURN(uses[std::string(row.key)], Use(row));
    }
    return {};
  }

  Result<void> ReadNames(const Node& section) {
    for (const Node& row : section.children()) {
      KS_RETURN_IF_ERROR(OnlyHas(row, {"use", "names", "why"}));
      KS_ASSIGN_OR_RETURN(const Node* const said, Member(row, "use"));
      KS_ASSIGN_OR_RETURN(const FieldUse use, Use(*said));
      KS_ASSIGN_OR_RETURN(const Texts names, TextsOf(row, "names"));
      for (const std::string& name : names) {
        if (!review_.names.emplace(name, use).second) return file_.At(row, name + " is said twice");
      }
    }
    return {};
  }

  Result<void> ReadEndings(const Node& section) {
    for (const Node& row : section.children()) {
      KS_RETURN_IF_ERROR(OnlyHas(row, {"use", "endings", "why"}));
      KS_ASSIGN_OR_RETURN(const Node* const said, Member(row, "use"));
      KS_ASSIGN_OR_RETURN(const FieldUse use, Use(*said));
      KS_ASSIGN_OR_RETURN(const Texts ends, TextsOf(row, "endings"));
      for (const std::string& end : ends) review_.endings.emplace_back(end, use);
    }
    return {};
  }

  Result<void> ReadRoot(const Node& section) {
    for (const Node& row : section.children()) {
      if (const std::optional<FieldUse> use = ParseUse(row.text)) {
        review_.root[std::string(row.key)] = *use;
      } else {
        review_.root_types[std::string(row.key)] = row.text;
      }
    }
    return {};
  }

  Result<void> ReadRows(const Node& section, std::string_view needed,
                        std::vector<FieldReview::Row>& rows) const {
    for (const Node& row : section.children()) {
      KS_RETURN_IF_ERROR(OnlyHas(row, {needed, "at", "why"}));
      KS_ASSIGN_OR_RETURN(const Node* const said, Member(row, needed));
      FieldUse use;
      if (needed == "use") {
        KS_ASSIGN_OR_RETURN(use, Use(*said));
      }
      KS_ASSIGN_OR_RETURN(const Node* const patterns, Member(row, "at"));
      for (const Node& pattern : patterns->children()) {
        rows.push_back({std::string(pattern.text), use, file_.Place(pattern)});
      }
    }
    return {};
  }

  Result<void> ReadThirdParty(const Node& section) {
    for (const Node& row : section.children()) {
      KS_RETURN_IF_ERROR(OnlyHas(row, {"groups", "kinds", "fields", "why"}));
      FieldReview::ThirdParty kinds;
      KS_ASSIGN_OR_RETURN(kinds.groups, TextsOf(row, "groups"));
      KS_ASSIGN_OR_RETURN(kinds.kinds, TextsOf(row, "kinds"));
      KS_ASSIGN_OR_RETURN(const Node* const fields, Member(row, "fields"));
      for (const Node& field : fields->children()) {
        FieldReview::Path path{std::string(field.key), {}, {}, file_.Place(field)};
        const std::optional<FieldUse> use = ParseUse(field.text);
        use ? void(path.use = *use) : void(path.type = field.text);
        kinds.fields.push_back(std::move(path));
      }
      review_.third_party.push_back(std::move(kinds));
    }
    return {};
  }

  const DataFile& file_;
  FieldReview& review_;
};

}  // namespace

Result<void> AddReview(std::string_view name, std::string_view text, FieldReview& review) {
  KS_ASSIGN_OR_RETURN(const DataFile file, DataFile::Read(name, text));
  Sections sections(file, review);
  for (const Node& section : file.root().children()) KS_RETURN_IF_ERROR(sections.Read(section));
  return {};
}

}  // namespace keysteward::detection
