// FieldSource: compiled fields as the C++ source that defines BuiltInFieldData().
//
//   out << FieldSource(fields);
#pragma once

#include <string>

#include "detection/fields/compiler/field_compiler.h"

namespace keysteward::detection {

std::string FieldSource(const CompiledFields& fields);

}  // namespace keysteward::detection
