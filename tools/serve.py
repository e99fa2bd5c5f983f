"""Serve the built book at http://127.0.0.1:8000, to this machine alone.

    python tools/serve.py [--port 8000] [FOLDER]

Files and nothing else: no code runs here. Text is compressed; what is named after its content may
be kept for good, the rest is asked for again by its tag. With the two headers of isolation a
browser lets a page stop its Python in the middle of a loop, without losing what it has computed.
"""

import argparse
import functools
import gzip
import hashlib
import http.server
import io
import re
from email.utils import formatdate
from http import HTTPStatus
from pathlib import Path
from typing import ClassVar

SITE = Path(__file__).parent.parent / "_build" / "html"
ISOLATION = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
}
NAMED_BY_CONTENT = re.compile(r"/_static/live/\w+-[0-9a-f]{12}/|\?v=[0-9a-f]{8}$")
COMPRESSED = {".html", ".css", ".js", ".json", ".svg", ".py", ".txt", ".ipynb", ".xml", ".wasm"}


class Handler(http.server.SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    extensions_map: ClassVar = {
        **http.server.SimpleHTTPRequestHandler.extensions_map,
        ".js": "text/javascript",
        ".wasm": "application/wasm",
        ".woff2": "font/woff2",
        ".webp": "image/webp",
        ".whl": "application/zip",
    }

    def end_headers(self):
        for name, value in ISOLATION.items():
            self.send_header(name, value)
        super().end_headers()

    def send_head(self):
        path = Path(self.translate_path(self.path))
        if path.is_dir():
            return super().send_head()  # index.html, or a redirection to the folder
        if not path.is_file():
            return self.send_missing()
        zipped = path.suffix in COMPRESSED and "gzip" in self.headers.get("Accept-Encoding", "")
        data, tag = contents(path, path.stat().st_mtime_ns, zipped)
        same = self.headers.get("If-None-Match") == tag
        self.send_response(HTTPStatus.NOT_MODIFIED if same else HTTPStatus.OK)
        self.send_header("ETag", tag)
        keep = "max-age=31536000, immutable" if NAMED_BY_CONTENT.search(self.path) else "no-cache"
        self.send_header("Cache-Control", keep)
        self.send_header("Vary", "Accept-Encoding")
        if not same:
            self.send_header("Content-Type", self.guess_type(path))
            self.send_header("Content-Length", str(len(data)))
            self.send_header("Last-Modified", formatdate(path.stat().st_mtime, usegmt=True))
            if zipped:
                self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        return io.BytesIO(b"" if same else data)

    def send_missing(self):
        page = Path(self.directory, "404.html")
        data = page.read_bytes() if page.is_file() else b"There is no such page."
        self.send_response(HTTPStatus.NOT_FOUND)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        return io.BytesIO(data)

    def log_message(self, *_):
        pass


@functools.lru_cache(maxsize=512)
def contents(path, changed, zipped):
    """A file's bytes as they are sent, and their tag."""
    data = path.read_bytes()
    if zipped:
        data = gzip.compress(data, 1, mtime=0)
    return data, f'"{hashlib.sha256(data).hexdigest()[:16]}"'


def server(folder=SITE, port=0):
    """A server of a folder on this machine, at the port or at a free one."""
    handler = functools.partial(Handler, directory=str(folder))
    return http.server.ThreadingHTTPServer(("127.0.0.1", port), handler)


def main():
    parser = argparse.ArgumentParser(description="Serve the built book to this machine.")
    parser.add_argument("folder", nargs="?", type=Path, default=SITE, metavar="FOLDER")
    parser.add_argument("--port", type=int, default=8000)
    arguments = parser.parse_args()
    if not (arguments.folder / "index.html").is_file():
        parser.error(f"{arguments.folder} has no index.html: `make book` builds it")
    try:
        httpd = server(arguments.folder, arguments.port)
    except OSError as error:
        parser.error(f"port {arguments.port}: {error.strerror}; choose another by --port")
    print(f"The book is at http://127.0.0.1:{httpd.server_port}/ until Ctrl-C.", flush=True)
    try:
        httpd.serve_forever()
    except KeyboardInterrupt:
        print()


if __name__ == "__main__":
    main()
