"""Stands in for S3: range requests on files of one folder, each answered after a latency, each
connection held to a bandwidth, and all of them to another. Runs as a process of its own, and lets the
kernel send: what it takes of the processors is taken from the reader.
Arguments: folder, latency in ms, bytes per second of a connection, and of all. Prints its port.
"""
import http.server
import os
import re
import sys
import threading
import time
import urllib.parse

FOLDER = sys.argv[1]
LATENCY_SECONDS = float(sys.argv[2]) / 1000
CONNECTION_BYTES_PER_SECOND = float(sys.argv[3])
LINK_BYTES_PER_SECOND = float(sys.argv[4])
CHUNK_BYTES = 1024 * 1024
SHORTEST_SLEEP_SECONDS = 0.002

link = threading.Lock()
link_free_at = 0.0


def take_turn(size):
    """Seconds until the link has room for so many bytes more."""
    global link_free_at
    with link:
        now = time.monotonic()
        link_free_at = max(link_free_at, now) + size / LINK_BYTES_PER_SECOND
        return link_free_at - now


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self):
        with open(os.path.join(FOLDER, urllib.parse.unquote(self.path[1:])), "rb") as file:
            size = os.fstat(file.fileno()).st_size
            asked = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers.get("range", ""))
            start = int(asked[1]) if asked else 0
            end = min(size, int(asked[2]) + 1 if asked else size)
            time.sleep(LATENCY_SECONDS)
            self.send_response_only(206)
            self.send_header("content-length", end - start)
            self.send_header("content-range", f"bytes {start}-{end - 1}/{size}")
            self.end_headers()
            self.send(file.fileno(), start, end)

    def send(self, file, start, end):
        # The range that was asked for last may be given up; its connection then ends.
        since = time.monotonic()
        at = start
        while at < end:
            wait = take_turn(min(CHUNK_BYTES, end - at))
            try:
                sent = os.sendfile(self.connection.fileno(), file, at, min(CHUNK_BYTES, end - at))
            except OSError:
                self.close_connection = True
                return
            at += sent
            ahead = (at - start) / CONNECTION_BYTES_PER_SECOND - (time.monotonic() - since)
            if max(wait, ahead) > SHORTEST_SLEEP_SECONDS:
                time.sleep(max(wait, ahead))


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
server.daemon_threads = True
# A reader that closes a connection is no error.
server.handle_error = lambda *_: None
print(server.server_address[1], flush=True)
server.serve_forever()
