#include "detection/fields/compiler/secret_name_check.h"

#include <algorithm>
#include <deque>
#include <set>

#include "common/strings.h"
#include "detection/fields/compiler/field_meanings.h"
#include "detection/fields/secret_references.h"

namespace keysteward::detection {
namespace {

struct Step {
  const std::string* type;  // that the member is in
  const TypeMember* member;
};

// An object with one leaf, for the extractor.
class Specimen {
 public:
  explicit Specimen(const std::vector<Step>& way) {
    const Node* node = &nodes_.emplace_back(Node{.kind = NodeKind::kString, .text = kName});
    for (auto step = way.rbegin(); step != way.rend(); ++step) {
      const std::vector<Holder>& holders = step->member->holders;
      for (auto holder = holders.rbegin(); holder != holders.rend(); ++holder) {
        node = *holder == Holder::kList ? Around(NodeKind::kSequence, *node, {})
                                        : Around(NodeKind::kMapping, *node, "any");
      }
      node = Around(NodeKind::kMapping, *node, step->member->name);
    }
    root_ = node;
  }

  bool IsSeen() const {
    const std::vector<SecretReference> found = FindSecretReferences(*root_);
    return std::any_of(found.begin(), found.end(),
                       [](const SecretReference& use) { return use.secret == kName; });
  }

 private:
  static constexpr std::string_view kName = "the-secret";

  const Node* Around(NodeKind kind, const Node& inside, std::string_view key) {
    Node& child = nodes_.emplace_back(inside);
    child.key = key;
    return &nodes_.emplace_back(Node{.kind = kind, .first = &child, .count = 1});
  }

  std::deque<Node> nodes_;
  const Node* root_ = nullptr;
};

bool SpeaksOfSecrets(std::string_view path) {
  return ToLower(path).find("secret") != std::string::npos;
}

class Check {
 public:
  Check(const KubernetesTypes& types, const std::vector<FieldReview::Row>& reasons)
      : types_(types), reasons_(reasons) {}

  std::vector<std::string> Run() {
    for (const KubernetesTypes::Kind& kind : types_.kinds) {
      kind_ = kind.api_version + " " + kind.kind;
      Visit(kind.type, "");
    }
    for (const FieldReview::Row& row : reasons_) {
      if (!used_.contains(&row)) {
        problems_.push_back(row.place + ": " + row.at +
                            " explains no leaf that can hold a Secret's name. Remove it");
      }
    }
    return std::move(problems_);
  }

 private:
  void Visit(const std::string& type, const std::string& path) {
    const auto members = types_.types.find(type);
    const bool again =
        std::any_of(way_.begin(), way_.end(), [&](const Step& step) { return *step.type == type; });
    if (members == types_.types.end() || again) return;
    for (const TypeMember& member : members->second) {
      way_.push_back({&members->first, &member});
      std::string here = path + (path.empty() ? "" : ".") + member.name;
      for (const Holder holder : member.holders) here += holder == Holder::kList ? "[]" : ".*";
      if (member.of == "string") {
        Judge(here);
      } else {
        Visit(member.of, here);
      }
      way_.pop_back();
    }
  }

  // What is said of the reference that the leaf is part of counts too.
  void Judge(const std::string& path) {
    const size_t size = way_.size();
    const bool said = way_.back().member->speaks_of_secrets ||
                      (size > 1 && way_[size - 2].member->speaks_of_secrets);
    if ((!said && !SpeaksOfSecrets(path)) || Specimen(way_).IsSeen() || IsExplained()) return;
    const std::string name = *way_.back().type + "." + way_.back().member->name;
    if (!reported_.insert(name).second) return;
    problems_.push_back(kind_ + " " + path +
                        ": can hold the name of a Secret and FindSecretReferences does not see it. "
                        "Teach detection/fields/secret_references.cc, or say why no verdict "
                        "depends on it in `secrets` of detection/fields/kubernetes/review.yaml: " +
                        name);
  }

  bool IsExplained() {
    bool explained = false;
    for (const Step& step : way_) {
      const std::string name = *step.type + "." + step.member->name;
      for (const FieldReview::Row& row : reasons_) {
        if (!Matches(row.at, name)) continue;
        used_.insert(&row);
        explained = true;
      }
    }
    return explained;
  }

  const KubernetesTypes& types_;
  const std::vector<FieldReview::Row>& reasons_;
  std::string kind_;
  std::vector<Step> way_;
  std::set<const FieldReview::Row*> used_;
  std::set<std::string> reported_;
  std::vector<std::string> problems_;
};

}  // namespace

std::vector<std::string> CheckSecretNames(const KubernetesTypes& types,
                                          const std::vector<FieldReview::Row>& reasons) {
  return Check(types, reasons).Run();
}

}  // namespace keysteward::detection
