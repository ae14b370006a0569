// SecretBytes: the only type a key value is kept in. Memory of its own pages, locked where the
// limit allows, left out of core dumps, wiped on destruction and on move.
//
// It cannot be copied, printed, formatted or compared with ==, so a value does not reach a log by
// accident: whoever needs the bytes asks for view() and is easy to find.
//
//   SecretBytes key = SecretBytes::CopyOf(reply_value);
//   header.append(key.view());
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace keysteward {

class SecretBytes {
 public:
  SecretBytes() = default;
  ~SecretBytes();
  SecretBytes(SecretBytes&& other) noexcept;
  SecretBytes& operator=(SecretBytes&& other) noexcept;
  SecretBytes(const SecretBytes&) = delete;
  SecretBytes& operator=(const SecretBytes&) = delete;

  static SecretBytes CopyOf(std::string_view bytes);
  // A second copy, asked for by name.
  SecretBytes Clone() const { return CopyOf(view()); }

  // Valid while this object lives and is not moved from.
  std::string_view view() const { return {data_, size_}; }
  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

  // Time depends on the lengths only.
  bool ConstantTimeEquals(std::string_view other) const;

  // Deleted so that a value can be neither compared nor streamed by accident.
  bool operator==(const SecretBytes&) const = delete;
  template <typename Stream>
  friend Stream& operator<<(Stream&, const SecretBytes&) = delete;

 private:
  void Wipe() noexcept;

  char* data_ = nullptr;
  size_t size_ = 0;
  size_t mapped_ = 0;
};

// Overwrites the whole buffer of a string that held a value on its way through a library, and
// empties it.
void WipeString(std::string& text);

}  // namespace keysteward
