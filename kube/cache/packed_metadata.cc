#include "kube/cache/packed_metadata.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace keysteward::kube {

namespace {

using Texts = std::map<std::string, std::string>;

class Packer {
 public:
  void Number(uint64_t number) {
    for (; number >= 0x80; number >>= 7) bytes_ += static_cast<char>(number | 0x80);
    bytes_ += static_cast<char>(number);
  }
  void Text(std::string_view text) {
    Number(text.size());
    bytes_ += text;
  }
  void Time(const std::optional<WallTime>& time) {
    Number(time ? 1 : 0);
    if (time) Number(static_cast<uint64_t>(time->time_since_epoch().count()));
  }
  void Map(const Texts& texts) {
    Number(texts.size());
    for (const auto& [key, value] : texts) {
      Text(key);
      Text(value);
    }
  }
  const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
};

// Reads what a Packer wrote, in the same order.
class Unpacker {
 public:
  explicit Unpacker(const char* bytes) : next_(bytes) {}

  uint64_t Number() {
    uint64_t number = 0;
    for (int shift = 0;; shift += 7) {
      const auto byte = static_cast<unsigned char>(*next_++);
      number |= static_cast<uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) return number;
    }
  }
  std::string_view View() {
    const size_t size = Number();
    const std::string_view view(next_, size);
    next_ += size;
    return view;
  }
  std::string Text() { return std::string(View()); }
  std::optional<WallTime> Time() {
    if (Number() == 0) return std::nullopt;
    return WallTime(Duration(static_cast<Duration::rep>(Number())));
  }
  Texts Map() {
    Texts texts;
    for (uint64_t left = Number(); left > 0; --left) {
      std::string key = Text();
      texts.emplace_hint(texts.end(), std::move(key), Text());
    }
    return texts;
  }

 private:
  const char* next_;
};

api::OwnerReference ReadOwner(Unpacker& in) {
  api::OwnerReference owner;
  owner.api_version = in.Text();
  owner.kind = in.Text();
  owner.name = in.Text();
  owner.uid = in.Text();
  owner.controller = in.Number() != 0;
  owner.block_owner_deletion = in.Number() != 0;
  return owner;
}

}  // namespace

// By structured bindings, so that a member added to either does not compile until it is packed too.
PackedMetadata::PackedMetadata(const api::ObjectMeta& metadata) {
  const auto& [name, generate_name, namespace_name, uid, resource_version, generation,
               creation_timestamp, deletion_timestamp, labels, annotations, finalizers,
               owner_references] = metadata;
  Packer out;
  for (const std::string* text :
       {&namespace_name, &name, &generate_name, &uid, &resource_version}) {
    out.Text(*text);
  }
  out.Number(static_cast<uint64_t>(generation));
  out.Time(creation_timestamp);
  out.Time(deletion_timestamp);
  out.Map(labels);
  out.Map(annotations);
  out.Number(finalizers.size());
  for (const std::string& finalizer : finalizers) out.Text(finalizer);
  out.Number(owner_references.size());
  for (const auto& [api_version, kind, owner, owner_uid, controller, block_deletion] :
       owner_references) {
    for (const std::string* text : {&api_version, &kind, &owner, &owner_uid}) out.Text(*text);
    out.Number(controller ? 1 : 0);
    out.Number(block_deletion ? 1 : 0);
  }
  auto bytes = std::make_unique<char[]>(out.bytes().size());
  std::copy(out.bytes().begin(), out.bytes().end(), bytes.get());
  bytes_ = std::move(bytes);
}

std::string_view PackedMetadata::namespace_name() const { return Unpacker(bytes_.get()).View(); }

std::string_view PackedMetadata::name() const {
  Unpacker in(bytes_.get());
  in.View();
  return in.View();
}

api::ObjectMeta PackedMetadata::Unpack() const {
  Unpacker in(bytes_.get());
  api::ObjectMeta metadata;
  metadata.namespace_name = in.Text();
  metadata.name = in.Text();
  metadata.generate_name = in.Text();
  metadata.uid = in.Text();
  metadata.resource_version = in.Text();
  metadata.generation = static_cast<int64_t>(in.Number());
  metadata.creation_timestamp = in.Time();
  metadata.deletion_timestamp = in.Time();
  metadata.labels = in.Map();
  metadata.annotations = in.Map();
  for (uint64_t left = in.Number(); left > 0; --left) metadata.finalizers.push_back(in.Text());
  for (uint64_t left = in.Number(); left > 0; --left) {
    metadata.owner_references.push_back(ReadOwner(in));
  }
  return metadata;
}

}  // namespace keysteward::kube
