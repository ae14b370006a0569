// A small program to prove a node with, built by test_pods.py into an image of its own.
//   probe serve PORT FILE   answers every connection with "HTTP/1.1 200", the host's name and
//   FILE's content; ends on TERM probe get HOST PORT     resolves HOST, prints the answer
#include <netdb.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

namespace {

std::string ReadFile(const char* path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

void Send(int connection, const std::string& text) {
  for (size_t sent = 0; sent < text.size();) {
    const ssize_t n = send(connection, text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
    if (n <= 0) return;
    sent += static_cast<size_t>(n);
  }
}

void Answer(int connection, const char* path) {
  char request[4096];
  (void)!recv(connection, request, sizeof request, 0);
  char host[256] = {};
  gethostname(host, sizeof host - 1);
  const std::string body = std::string(host) + " " + ReadFile(path) + "\n";
  Send(connection, "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: " +
                       std::to_string(body.size()) + "\r\n\r\n" + body);
}

int Serve(int port, const char* path) {
  const int listener = socket(AF_INET, SOCK_STREAM, 0);
  const int on = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  if (bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
    return perror("bind"), 1;
  if (listen(listener, 64) != 0) return perror("listen"), 1;
  std::cout << "serving on " << port << std::endl;
  while (true) {
    const int connection = accept(listener, nullptr, nullptr);
    if (connection < 0) continue;
    Answer(connection, path);
    close(connection);
  }
}

int Get(const char* host, const char* port) {
  addrinfo hints = {}, *found = nullptr;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_family = AF_INET;
  if (const int error = getaddrinfo(host, port, &hints, &found)) {
    std::cerr << host << ": " << gai_strerror(error) << std::endl;
    return 1;
  }
  const int connection = socket(AF_INET, SOCK_STREAM, 0);
  if (connect(connection, found->ai_addr, found->ai_addrlen) != 0) return perror("connect"), 1;
  Send(connection, "GET / HTTP/1.1\r\nHost: probe\r\n\r\n");
  char buffer[4096];
  for (ssize_t n; (n = recv(connection, buffer, sizeof buffer, 0)) > 0;) std::cout.write(buffer, n);
  std::cout << std::flush;
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  signal(SIGTERM, [](int) { _exit(0); });
  if (argc == 4 && !strcmp(argv[1], "serve")) return Serve(atoi(argv[2]), argv[3]);
  if (argc == 4 && !strcmp(argv[1], "get")) return Get(argv[2], argv[3]);
  return 2;
}
