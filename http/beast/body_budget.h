// BodyBudget: how many bytes of request bodies one server may hold at once, over all connections.
//
// Of the socket thread alone. What is charged follows what was received, never what was announced:
// otherwise a few announcements would use up the budget of everybody else.
//
//   BodyCharge charge(budget);
//   if (!charge.GrowTo(body.size())) ...;   // answer 503; destruction gives everything back
#pragma once

#include <cstddef>

namespace keysteward::http {

class BodyBudget {
 public:
  explicit BodyBudget(size_t limit) : limit_(limit) {}
  size_t used() const { return used_; }

 private:
  friend class BodyCharge;
  const size_t limit_;
  size_t used_ = 0;
};

class BodyCharge {
 public:
  explicit BodyCharge(BodyBudget& budget) : budget_(budget) {}
  ~BodyCharge() { Release(); }
  BodyCharge(const BodyCharge&) = delete;
  BodyCharge& operator=(const BodyCharge&) = delete;

  // False when the budget has no room; what was charged before stays.
  bool GrowTo(size_t bytes) {
    if (bytes <= charged_) return true;
    const size_t more = bytes - charged_;
    if (more > budget_.limit_ - budget_.used_) return false;
    budget_.used_ += more;
    charged_ = bytes;
    return true;
  }
  void Release() {
    budget_.used_ -= charged_;
    charged_ = 0;
  }

 private:
  BodyBudget& budget_;
  size_t charged_ = 0;
};

}  // namespace keysteward::http
