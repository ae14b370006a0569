// JsonFields: typed reads of a JSON object that name the field in the error.
//
// Reads never fail one by one: the first wrong field is kept and told by Check() at the end, so a
// decoder stays a list of fields. Unknown fields are ignored. Not thread-safe.
//
//   JsonFields spec(json, "spec");
//   out.team = spec.Object("owner").RequiredString("team");
//   out.overlap = spec.Object("rotation").OptionalDuration("overlap").value_or(10min);
//   return spec.Check();     // "spec.rotation.overlap: "10 min" is not a duration; …"
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/clock.h"
#include "common/result.h"

namespace keysteward {

class JsonFields {
 public:
  // `json` must outlive this object. A value that is not an object is itself the first error,
  // unless it is null, which reads as an empty object.
  JsonFields(const nlohmann::json& json, std::string path);

  // Whether the field is there and not null.
  bool Has(std::string_view name) const;

  std::string RequiredString(std::string_view name);
  std::string String(std::string_view name, std::string_view fallback = "");
  int64_t Int(std::string_view name, int64_t fallback = 0);
  bool Bool(std::string_view name, bool fallback = false);
  std::optional<Duration> OptionalDuration(std::string_view name);
  std::optional<WallTime> OptionalTime(std::string_view name);
  std::vector<std::string> Strings(std::string_view name);
  std::map<std::string, std::string> StringMap(std::string_view name);

  // The child object; absent or null reads as empty. Errors land in this reader's Check().
  JsonFields Object(std::string_view name);
  // Calls `each` for every item of an array of objects; absent is empty.
  void Objects(std::string_view name, const std::function<void(JsonFields&)>& each);
  // The raw member, or nullptr when absent or null.
  const nlohmann::json* Raw(std::string_view name) const;

  // Records an error of the caller's own about a field: "path.name: message".
  void Fail(std::string_view name, std::string_view message);
  const std::string& path() const { return path_; }
  Result<void> Check() const;

 private:
  JsonFields(const nlohmann::json* json, std::string path,
             std::shared_ptr<std::optional<Error>> first);
  std::string PathOf(std::string_view name) const;

  const nlohmann::json* json_;  // nullptr reads as an empty object
  std::string path_;
  std::shared_ptr<std::optional<Error>> first_;  // shared with children
};

}  // namespace keysteward
