#include "detection/fields/compiler/field_compiler.h"

#include <algorithm>
#include <memory>

#include "common/strings.h"
#include "detection/fields/compiler/field_meanings.h"
#include "detection/fields/compiler/secret_name_check.h"

namespace keysteward::detection {
namespace {

constexpr size_t kMostStates = 60'000;

// A place in a third-party kind, with what is listed below it.
struct Place {
  std::map<std::string, Place, std::less<>> below;
  const FieldReview::Path* said = nullptr;
};

class Compiler {
 public:
  Compiler(const KubernetesTypes& types, const FieldReview& review)
      : types_(types), review_(review), meanings_(types, review) {}

  Result<CompiledFields> Run() {
    problems_ = meanings_.Problems();
    for (std::string& problem : CheckSecretNames(types_, review_.secrets)) {
      problems_.push_back(std::move(problem));
    }
    out_.states.resize(kRootObject + 1);
    AddWords();
    for (const KubernetesTypes::Kind& kind : types_.kinds) {
      AddKind(kind.kind, kind.api_version, StateOf(kind.type));
    }
    for (const FieldReview::ThirdParty& kinds : review_.third_party) AddThirdParty(kinds);
    SortKinds();
    if (out_.states.size() > kMostStates) problems_.push_back("more states than a number holds");
    if (!problems_.empty()) return Error::InvalidArgument(Join(problems_, "\n"));
    return std::move(out_);
  }

 private:
  using Members = std::vector<std::pair<std::string_view, FieldStep>>;

  void AddWords() {
    Members words;
    for (const auto& [name, use] : review_.names) words.push_back({name, {use, kAnyObject}});
    Fill(kAnyObject, std::move(words));
    Members root;
    for (const auto& [name, use] : review_.root) root.push_back({name, {use, kAnyObject}});
    for (const auto& [name, type] : review_.root_types) {
      root.push_back({name, {meanings_.OfName(name), TypeState(type, "root: " + name)}});
    }
    Fill(kRootObject, std::move(root));
    for (const auto& [end, use] : review_.endings) out_.endings.push_back({TextOf(end), use});
    for (const std::string& end : review_.objects) out_.object_ends.push_back(TextOf(end));
  }

  FieldState NewState(FieldState fallback) {
    out_.states.push_back({.fallback = fallback});
    return static_cast<FieldState>(out_.states.size() - 1);
  }

  // The members of one state stand together, so they are added when all that they lead to exist.
  void Fill(FieldState state, Members members) {
    std::sort(members.begin(), members.end(),
              [](const auto& a, const auto& b) { return a.first < b.first; });
    out_.states[state].first = static_cast<uint32_t>(out_.members.size());
    out_.states[state].count = static_cast<uint32_t>(members.size());
    for (const auto& [name, step] : members) out_.members.push_back({TextOf(name), step});
  }

  FieldState TypeState(const std::string& type, const std::string& place) {
    if (types_.types.contains(type)) return StateOf(type);
    problems_.push_back(place + ": no such meaning or type: " + type);
    return kAnyObject;
  }

  FieldState StateOf(const std::string& type) {
    const auto found = types_.types.find(type);
    if (found == types_.types.end()) return kAnyObject;
    const auto known = states_.find(type);
    if (known != states_.end()) return known->second;
    const FieldState state = NewState(meanings_.IsKind(type) ? kRootObject : kAnyObject);
    states_[type] = state;
    Members members;
    for (const TypeMember& member : found->second) {
      const FieldUse use = meanings_.Of(type, member).value_or(FieldUse{});
      const bool walked = use.meaning == Meaning::kLiteral || use.meaning == Meaning::kReference;
      members.push_back({member.name, {use, walked ? Below(member) : kAnyObject}});
    }
    Fill(state, std::move(members));
    return state;
  }

  // Names in a map of leaves are judged as any names.
  FieldState Below(const TypeMember& member) {
    FieldState state = StateOf(member.of);
    if (state == kAnyObject) return state;
    for (const Holder holder : member.holders) {
      if (holder != Holder::kMap) continue;
      const FieldState map = NewState(kAnyObject);
      out_.states[map].has_other = true;
      out_.states[map].other = {{}, state};
      state = map;
    }
    return state;
  }

  void AddThirdParty(const FieldReview::ThirdParty& kinds) {
    Place root;
    for (const FieldReview::Path& path : kinds.fields) {
      Place* place = &root;
      for (const std::string_view name : Split(path.path, '.')) {
        place = &place->below[std::string(name)];
      }
      if (place->said != nullptr) problems_.push_back(path.place + ": said twice: " + path.path);
      place->said = &path;
    }
    const FieldState state = StateOf(root, kRootObject, false);
    for (const std::string& group : kinds.groups) {
      for (const std::string& kind : kinds.kinds) AddKind(kind, group + "/", state);
    }
  }

  FieldState StateOf(const Place& place, FieldState fallback, bool covered) {
    const FieldState state = NewState(fallback);
    Members members;
    for (const auto& [name, below] : place.below) {
      const FieldStep step = StepTo(name, below, covered);
      if (name == "*") {
        out_.states[state].has_other = true;
        out_.states[state].other = step;
      } else {
        members.push_back({name, step});
      }
    }
    Fill(state, std::move(members));
    return state;
  }

  // `covered`: what it is in is no literal, so nothing below it is one.
  FieldStep StepTo(const std::string& name, const Place& place, bool covered) {
    const bool typed = place.said != nullptr && !place.said->type.empty();
    FieldStep step;
    step.use = place.said != nullptr && !typed ? place.said->use : meanings_.OfName(name);
    if (place.said != nullptr && covered && step.use.meaning <= Meaning::kReference) {
      problems_.push_back(place.said->place + ": " + place.said->path +
                          " is in what is no literal as a whole. Remove it, or list that by *");
    }
    if (typed && !place.below.empty()) {
      problems_.push_back(place.said->place + ": a type says all below: " + place.said->path);
    }
    covered = covered || step.use.meaning != Meaning::kLiteral;
    if (typed) {
      step.next = TypeState(place.said->type, place.said->place);
    } else if (!place.below.empty()) {
      step.next = StateOf(place, kAnyObject, covered);
    }
    return step;
  }

  void AddKind(std::string_view kind, std::string_view api_version, FieldState state) {
    const size_t slash = api_version.find('/');
    const bool core = slash == std::string_view::npos;
    const std::string_view group = core ? std::string_view() : api_version.substr(0, slash);
    const std::string_view version = core ? api_version : api_version.substr(slash + 1);
    for (const FieldData::Kind& other : out_.kinds) {
      const FieldData data = out_.data();
      if (data.Of(other.kind) == kind && data.Of(other.group) == group &&
          data.Of(other.version) == version) {
        problems_.push_back("listed twice: " + std::string(api_version) + " " + std::string(kind));
      }
    }
    out_.kinds.push_back({TextOf(kind), TextOf(group), TextOf(version), state});
  }

  // Built-in kinds were added first, and stay before others of their name.
  void SortKinds() {
    const FieldData data = out_.data();
    std::stable_sort(out_.kinds.begin(), out_.kinds.end(),
                     [&](const FieldData::Kind& a, const FieldData::Kind& b) {
                       return data.Of(a.kind) < data.Of(b.kind);
                     });
  }

  FieldData::Text TextOf(std::string_view text) {
    const auto known = texts_.find(text);
    if (known != texts_.end()) return known->second;
    const FieldData::Text part{static_cast<uint32_t>(out_.text.size()),
                               static_cast<uint32_t>(text.size())};
    out_.text += text;
    texts_.emplace(text, part);
    return part;
  }

  const KubernetesTypes& types_;
  const FieldReview& review_;
  FieldMeanings meanings_;
  CompiledFields out_;
  std::map<std::string, FieldState, std::less<>> states_;
  std::map<std::string, FieldData::Text, std::less<>> texts_;
  std::vector<std::string> problems_;
};

}  // namespace

Result<CompiledFields> CompileFields(const KubernetesTypes& types, const FieldReview& review) {
  return Compiler(types, review).Run();
}

}  // namespace keysteward::detection
