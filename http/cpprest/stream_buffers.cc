#include "http/cpprest/stream_buffers.h"

#include <algorithm>
#include <cstring>
#include <stdexcept>
#include <utility>

#include "common/secret_bytes.h"
#include "http/cpprest/library_thread.h"

namespace keysteward::http {
namespace {

using Base = concurrency::streams::details::streambuf_state_manager<uint8_t>;
using IntTask = pplx::task<Base::int_type>;

// Everything a one-way, unseekable buffer does not do.
class OneWayBuffer : public Base {
 public:
  explicit OneWayBuffer(std::ios_base::openmode mode) : Base(mode) {}

  bool can_seek() const override { return false; }
  bool has_size() const override { return false; }
  size_t buffer_size(std::ios_base::openmode) const override { return 0; }
  void set_buffer_size(size_t, std::ios_base::openmode) override {}
  size_t in_avail() const override { return 0; }
  pos_type getpos(std::ios_base::openmode) const override { return traits::eof(); }
  pos_type seekpos(pos_type, std::ios_base::openmode) override { return traits::eof(); }
  pos_type seekoff(off_type, std::ios_base::seekdir, std::ios_base::openmode) override {
    return traits::eof();
  }
  bool acquire(uint8_t*& bytes, size_t& count) override {
    bytes = nullptr;
    count = 0;
    return false;
  }
  void release(uint8_t*, size_t) override {}

 protected:
  IntTask _putc(uint8_t) override { return End(); }
  pplx::task<size_t> _putn(const uint8_t*, size_t) override {
    return pplx::task_from_result<size_t>(0);
  }
  IntTask _bumpc() override { return End(); }
  int_type _sbumpc() override { return traits::eof(); }
  IntTask _getc() override { return End(); }
  int_type _sgetc() override { return traits::eof(); }
  IntTask _nextc() override { return End(); }
  IntTask _ungetc() override { return End(); }
  pplx::task<size_t> _getn(uint8_t*, size_t) override { return pplx::task_from_result<size_t>(0); }
  size_t _scopy(uint8_t*, size_t) override { return 0; }
  pplx::task<bool> _sync() override { return pplx::task_from_result(true); }
  uint8_t* _alloc(size_t) override { return nullptr; }
  void _commit(size_t) override {}

 private:
  static IntTask End() { return pplx::task_from_result<int_type>(traits::eof()); }
};

class ResponseBuffer final : public OneWayBuffer {
 public:
  ResponseBuffer(std::shared_ptr<Call> call, std::shared_ptr<WireWatch> wire)
      : OneWayBuffer(std::ios_base::out), call_(std::move(call)), wire_(std::move(wire)) {}
  // The library's context of a request puts the connection back before it lets this buffer go.
  ~ResponseBuffer() override { call_->OnReleased(); }

 protected:
  pplx::task<size_t> _putn(const uint8_t* bytes, size_t count) override {
    // A negative chunk size arrives here as a count near 2^64; the bytes are not there.
    if (count > kMaxPiece) return Refused();
    wire_->Progress();
    pplx::task_completion_event<size_t> taken;
    const std::string_view piece(reinterpret_cast<const char*>(bytes), count);
    // Taken on the caller's thread; the library reads on from its own.
    const auto resume = [taken, count](bool go_on) {
      OnLibraryThread([=] { Complete(taken, count, go_on); });
    };
    switch (call_->OnBytes(piece, resume)) {
      case Call::Intake::kTaken:
        return pplx::task_from_result(count);
      case Call::Intake::kRefused:
        return Refused();
      case Call::Intake::kLater:
        break;
    }
    return pplx::create_task(taken);
  }

 private:
  static constexpr size_t kMaxPiece = size_t{1} << 31;

  static std::runtime_error RefusedError() { return std::runtime_error("body refused"); }
  static pplx::task<size_t> Refused() { return pplx::task_from_exception<size_t>(RefusedError()); }
  static void Complete(const pplx::task_completion_event<size_t>& taken, size_t count, bool go_on) {
    if (go_on) {
      taken.set(count);
    } else {
      taken.set_exception(RefusedError());
    }
  }

  const std::shared_ptr<Call> call_;
  const std::shared_ptr<WireWatch> wire_;
};

class RequestBuffer final : public OneWayBuffer {
 public:
  explicit RequestBuffer(std::string body)
      : OneWayBuffer(std::ios_base::in), body_(std::move(body)) {}
  ~RequestBuffer() override { WipeString(body_); }  // it may hold a key

 protected:
  pplx::task<size_t> _getn(uint8_t* out, size_t count) override {
    const size_t size = std::min(count, body_.size() - position_);
    std::memcpy(out, body_.data() + position_, size);
    position_ += size;
    return pplx::task_from_result(size);
  }

 private:
  std::string body_;
  size_t position_ = 0;
};

}  // namespace

concurrency::streams::ostream ResponseBufferFor(std::shared_ptr<Call> call,
                                                std::shared_ptr<WireWatch> wire) {
  const auto buffer = std::make_shared<ResponseBuffer>(std::move(call), std::move(wire));
  return concurrency::streams::ostream(concurrency::streams::streambuf<uint8_t>(buffer));
}

concurrency::streams::istream RequestBufferFor(std::string body) {
  const auto buffer = std::make_shared<RequestBuffer>(std::move(body));
  return concurrency::streams::istream(concurrency::streams::streambuf<uint8_t>(buffer));
}

}  // namespace keysteward::http
