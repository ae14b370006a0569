#include "detection/fields/compiler/field_source.h"

namespace keysteward::detection {
namespace {

std::string Spell(FieldData::Text text) {
  return "{" + std::to_string(text.at) + ", " + std::to_string(text.size) + "}";
}

std::string Spell(FieldUse use) {
  return "{Meaning(" + std::to_string(static_cast<int>(use.meaning)) + "), Role(" +
         std::to_string(static_cast<int>(use.role)) + ")}";
}

std::string Spell(const FieldStep& step) {
  return "{" + Spell(step.use) + ", " + std::to_string(step.next) + "}";
}

std::string Spell(const FieldData::Member& member) {
  return "{" + Spell(member.name) + ", " + Spell(member.step) + "}";
}

std::string Spell(const FieldData::State& state) {
  return "{" + std::to_string(state.first) + ", " + std::to_string(state.count) + ", " +
         std::to_string(state.fallback) + ", " + (state.has_other ? "true" : "false") + ", " +
         Spell(state.other) + "}";
}

std::string Spell(const FieldData::Kind& kind) {
  return "{" + Spell(kind.kind) + ", " + Spell(kind.group) + ", " + Spell(kind.version) + ", " +
         std::to_string(kind.state) + "}";
}

std::string Spell(const FieldData::Ending& ending) {
  return "{" + Spell(ending.end) + ", " + Spell(ending.use) + "}";
}

template <typename T>
std::string Array(const std::string& type, const std::string& name, const std::vector<T>& values) {
  std::string out = "constexpr FieldData::" + type + " " + name + "[] = {\n";
  for (const T& value : values) out += "    " + Spell(value) + ",\n";
  return out + "};\n";
}

}  // namespace

std::string FieldSource(const CompiledFields& fields) {
  return "// Made from detection/fields/**.yaml; do not edit.\n"
         "#include \"detection/fields/field_data.h\"\n\n"
         "namespace keysteward::detection {\nnamespace {\n"
         "constexpr std::string_view kText = R\"KSTEXT(" +
         fields.text + ")KSTEXT\";\n" + Array("Member", "kMembers", fields.members) +
         Array("State", "kStates", fields.states) + Array("Kind", "kKinds", fields.kinds) +
         Array("Ending", "kEndings", fields.endings) +
         Array("Text", "kObjectEnds", fields.object_ends) +
         "constexpr FieldData kData{kText, kMembers, kStates, kKinds, kEndings, kObjectEnds};\n"
         "}  // namespace\n\n"
         "const FieldData& BuiltInFieldData() { return kData; }\n\n"
         "}  // namespace keysteward::detection\n";
}

}  // namespace keysteward::detection
