// ServerRig: a real HttpServer on loopback in a thread of its own, with the handler of a test,
// certificates made in memory, and time that moves only when the test says so.
//
//   ServerRig rig(ServerRig::Options{}, [](const ServerRequest&) { return HttpReply::Text(200,
//   "ok"); }); RawClient client = RawClient::Plain(rig.port());
#pragma once

#include <memory>
#include <string>
#include <thread>

#include "common/mutex.h"
#include "http/server.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_logger.h"
#include "tests/fakes/fake_metrics.h"
#include "tls/certificate_source.h"

namespace keysteward::http {

// A source whose pair a test swaps. Thread-safe.
class SwappableSource final : public tls::CertificateSource {
 public:
  std::shared_ptr<const tls::ServingPair> Current() const override;
  void Show(tls::ServingPair pair);

 private:
  mutable Mutex mutex_;
  std::shared_ptr<const tls::ServingPair> pair_ GUARDED_BY(mutex_);
};

// An authority and what it issues, valid from 2001 to 2099: OpenSSL looks at the real clock.
class TestIssuer {
 public:
  TestIssuer();
  tls::ServingPair Server(uint64_t version = 1) const;  // "localhost" and 127.0.0.1, trusts clients
  struct Identity {
    std::string certificate_pem;
    std::string key_pem;
  };
  // `last_year`: whose first of January ends it.
  Identity Client(const std::string& common_name, tls::LeafUsage usage = tls::LeafUsage::kClient,
                  int last_year = 2099) const;
  std::string ca_pem() const { return authority_.Pem(); }

 private:
  tls::KeyPair key_;
  tls::Certificate authority_;
};

class ServerRig {
 public:
  // Aborts the test program when the server cannot be made.
  ServerRig(ServerOptions options, Handler handler);
  ~ServerRig();

  uint16_t port() const { return server_->port(); }
  FakeMetrics& metrics() { return metrics_; }
  FakeLogger& log() { return log_; }
  double Refused(const std::string& reason) const;
  // Returns when the server has seen everything that was sent to it before.
  void Settle() const;
  // Time passes, and the server looks at it.
  void Advance(Duration duration);
  // Time passes, which the server does not know before it has something to do.
  void PassTime(Duration duration) { clock_.Advance(duration); }
  // Starts the drain; Wait returns when Run did, which may be when the clients are gone.
  void Stop() { thread_.request_stop(); }
  void Wait() { thread_.join(); }

 private:
  FakeClock clock_;
  FakeLogger log_;
  FakeMetrics metrics_;
  std::string name_;
  std::unique_ptr<HttpServer> server_;
  std::jthread thread_;
};

// Answers 200 with "<method> <path> <size of the body>".
HttpReply DescribeRequest(const ServerRequest& request);

// A request as text, with Host; `fields` are whole lines with CRLF.
std::string RequestText(std::string_view line, std::string_view fields = "",
                        std::string_view body = "");

}  // namespace keysteward::http
