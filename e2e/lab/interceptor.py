"""Interceptor: a proxy between a program under test and a server it calls over TLS.

It ends TLS on both sides, so it sees whole requests and may stop one at an exact point: before it
is sent on, or after the reply arrived and before it is passed back. Watches are passed on as they
come. Every call is kept in order, with the store's revision around it where `revision` is given.

    proxy = Interceptor(folder, "api", upstream=("127.0.0.1", 6443), upstream_ca=path)
    proxy.gate = my_gate        # before(call) and after(call) may raise Dropped
    proxy.start(); … proxy.port, proxy.ca
"""

import http.client
import itertools
import os
import socket
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from lab.certificates import make_certificate

SECONDS = 60
HOP_HEADERS = {"connection", "transfer-encoding", "content-length", "keep-alive"}


class Dropped(Exception):
    """The call ends here: its connection is closed without an answer."""


class Answered(Exception):
    """The interceptor itself answers, with that status and no body."""

    def __init__(self, status):
        super().__init__(status)
        self.status = status


class Call:
    """One request as it passed, and what came of it."""

    numbers = itertools.count(1)  # one order over all interceptors

    def __init__(self, side, method, path, headers, body):
        self.number = next(Call.numbers)
        self.side = side
        self.method = method
        self.path = path
        self.token = headers.get("Idempotency-Key", "")
        self.body = body
        self.status = 0  # 0: no reply was read
        self.revision = 0  # of the store right before it was sent on

    @property
    def changes(self):
        return self.method not in ("GET", "HEAD")

    @property
    def watches(self):
        return "watch=1" in self.path or "watch=true" in self.path


class OpenGate:
    """Lets everything pass."""

    def before(self, call):
        pass

    def after(self, call):
        pass


class Interceptor:
    def __init__(self, folder, side, upstream, upstream_ca, revision=None):
        self.side = side
        self.upstream = upstream
        self.gate = OpenGate()
        self.calls = []
        self.revision = revision
        self.trust = ssl.create_default_context(cafile=upstream_ca)
        own = os.path.join(folder, side)
        os.makedirs(own, exist_ok=True)
        make_certificate(own, "localhost")
        self.ca = os.path.join(own, "ca.pem")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(os.path.join(own, "tls.crt"), os.path.join(own, "tls.key"))
        self.server = Server(self, context)
        self.port = self.server.server_address[1]
        self.lock = threading.Lock()
        self.open = set()

    def start(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
        self.cut()

    def cut(self):
        """Closes every connection on both sides."""
        with self.lock:
            standing, self.open = self.open, set()
        for connection in standing:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def keep(self, connection):
        with self.lock:
            self.open.add(connection)

    def forget(self, connection):
        with self.lock:
            self.open.discard(connection)

    def note(self, call):
        with self.lock:
            self.calls.append(call)


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, interceptor, context):
        self.interceptor = interceptor
        self.context = context
        super().__init__(("127.0.0.1", 0), Handler)

    def get_request(self):
        connection, address = super().get_request()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        # The handshake is done by the thread of the connection, so that none waits for another.
        return self.context.wrap_socket(connection, server_side=True,
                                        do_handshake_on_connect=False), address

    def handle_error(self, request, client_address):
        pass  # a connection that broke: the program under test was ended, which is the point


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    upstream = None

    def setup(self):
        self.request.settimeout(SECONDS * 30)
        super().setup()
        self.server.interceptor.keep(self.connection)

    def finish(self):
        interceptor = self.server.interceptor
        interceptor.forget(self.connection)
        if self.upstream is not None:
            interceptor.forget(self.upstream.sock)
            self.upstream.close()
        super().finish()

    def log_message(self, *_):
        pass

    def relay(self):
        interceptor = self.server.interceptor
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        call = Call(interceptor.side, self.command, self.path, self.headers, body)
        try:
            interceptor.gate.before(call)
            if interceptor.revision is not None:
                call.revision = interceptor.revision()
            interceptor.note(call)
            self.send_on(call)
        except Answered as answer:
            self.send_response_only(answer.status)
            self.send_header("Content-Length", "0")
            self.end_headers()
        except (Dropped, OSError, http.client.HTTPException):
            self.close_connection = True

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = relay

    def send_on(self, call):
        reply = self.ask_upstream(call)
        if call.watches:
            self.pass_stream(reply)
            return
        data = reply.read()
        call.status = reply.status
        self.server.interceptor.gate.after(call)
        self.pass_head(reply)
        if reply.status not in (204, 304):
            self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def ask_upstream(self, call):
        interceptor = self.server.interceptor
        if self.upstream is None:
            host, port = interceptor.upstream
            self.upstream = http.client.HTTPSConnection(host, port, context=interceptor.trust,
                                                        timeout=SECONDS * 30)
            self.upstream.connect()
            self.upstream.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            interceptor.keep(self.upstream.sock)
        headers = {name: value for name, value in self.headers.items()
                   if name.lower() not in HOP_HEADERS}
        self.upstream.request(call.method, call.path, body=call.body or None, headers=headers)
        return self.upstream.getresponse()

    def pass_head(self, reply):
        self.send_response_only(reply.status)
        for name, value in reply.getheaders():
            if name.lower() not in HOP_HEADERS:
                self.send_header(name, value)

    def pass_stream(self, reply):
        self.pass_head(reply)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        while data := reply.read1(65536):
            self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        self.wfile.write(b"0\r\n\r\n")
