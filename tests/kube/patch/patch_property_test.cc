// Patches of objects of any shape, applied by another implementation (nlohmann's RFC 6902 and
// RFC 7386): what comes out is what was asked for.
#include <gtest/gtest.h>

#include "kube/patch/json_patch.h"
#include "kube/patch/merge_patch.h"
#include "tests/fakes/fake_random.h"

namespace keysteward::kube {
namespace {

using nlohmann::json;

// Without nulls, which a merge patch cannot express.
json RandomValue(Random& random, int depth) {
  switch (random.Below(depth > 0 ? 6 : 4)) {
    case 0:
      return random.Below(2) == 0;
    case 1:
      return static_cast<int64_t>(random.Below(5)) - 2;
    case 2:
      return random.Text(random.Below(4), "ab/~ \"");
    case 3:
      return json::array({static_cast<int64_t>(random.Below(3))});
    default: {
      json out = json::object();
      for (uint64_t i = random.Below(4); i > 0; --i) {
        out[random.Text(random.Below(3), "ab/~")] = RandomValue(random, depth - 1);
      }
      return out;
    }
  }
}

json RandomObject(Random& random) {
  json out = json::object();
  for (uint64_t i = random.Below(5); i > 0; --i) {
    out[random.Text(1 + random.Below(2), "abc/~")] = RandomValue(random, 3);
  }
  return out;
}

TEST(MergePatchProperty, TurnsAnyObjectIntoAnyOther) {
  FakeRandom random;
  for (int round = 0; round < 3000; ++round) {
    const json before = RandomObject(random);
    const json after = random.Below(4) == 0 ? before : RandomObject(random);
    const json patch = MergePatch(before, after);
    json applied = before;
    applied.merge_patch(patch);
    ASSERT_EQ(applied, after) << before << " " << patch;
    ASSERT_EQ(patch.empty(), before == after) << "an unchanged object must write nothing";
  }
}

TEST(MergePatchProperty, AppliedTwiceItChangesNothingMore) {
  FakeRandom random;
  for (int round = 0; round < 1000; ++round) {
    const json before = RandomObject(random);
    const json after = RandomObject(random);
    json once = before;
    once.merge_patch(MergePatch(before, after));
    json twice = once;
    twice.merge_patch(MergePatch(before, after));
    ASSERT_EQ(once, twice);
  }
}

TEST(StatusPatchProperty, IsAbsentExactlyWhenNothingChanged) {
  FakeRandom random;
  for (int round = 0; round < 1000; ++round) {
    const json before = RandomObject(random);
    const json after = random.Below(3) == 0 ? before : RandomObject(random);
    const std::optional<json> patch = StatusPatch(before, after, "7");
    ASSERT_EQ(patch.has_value(), before != after);
    if (!patch) continue;
    ASSERT_EQ((*patch)["metadata"]["resourceVersion"], "7") << "else an old reading overwrites";
    ASSERT_EQ(patch->size(), 2U) << "nothing but status and the guard is written";
  }
}

TEST(JsonPatchProperty, AnyPathIsReadBackAsItWasMeant) {
  FakeRandom random;
  for (int round = 0; round < 2000; ++round) {
    JsonPath path;
    json object = json::object();
    json* at = &object;
    for (uint64_t depth = 1 + random.Below(4); depth > 0; --depth) {
      path.push_back(random.Text(random.Below(5), "ab/~01- ."));
      at = &(*at)[path.back()];
      *at = json::object();
    }
    *at = "old";
    JsonPatch patch;
    patch.Test(path, "old").Replace(path, "new");
    const json changed = object.patch(patch.operations());
    ASSERT_EQ(changed[json::json_pointer(JsonPointer(path))], "new") << patch.operations();
    JsonPatch removal;
    removal.Remove(path);
    ASSERT_FALSE(
        changed.patch(removal.operations()).contains(json::json_pointer(JsonPointer(path))));
  }
}

}  // namespace
}  // namespace keysteward::kube
