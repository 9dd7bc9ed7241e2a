"""Keeps web pages that aren't ours away from the emulator.

The emulator checks nobody's credentials, so whoever reaches it can create a function and run it on
this machine. Any page that the developer opens can reach it: a form or a fetch needs no permission to
*send*. This middleware runs first, and decides by headers that the browser sets and a page can't change:

* `Host`: a page whose name was pointed at 127.0.0.1 after it was loaded (DNS rebinding) has its own
  name there. Only names of this machine are served.
* `Origin`: browsers send it with every request of a page that is not a plain GET. Only the page that
  this emulator serves is let in.
* `Sec-Fetch-*`, for plain GETs, which carry no `Origin`. A link in an email or a chat leads here from
  elsewhere, so opening one is allowed, but only to what such links lead to. Any other GET could be a
  call like `/?Action=CreateStack&…`.

Tools (the SDKs, the CDK, curl) send neither `Origin` nor `Sec-Fetch-*`, and are let in.
"""

import ipaddress
import os
import re
from collections.abc import Awaitable, Callable
from urllib.parse import parse_qsl, urlsplit

App = Callable[[dict, Callable, Callable], Awaitable[None]]

# Links from elsewhere may open the page, an MP3's presigned URL, and the API, which needs a token that a
# link in an email has and a foreign page hasn't. The page also reads the parts of an upload at these
# addresses, and browsers send no `Sec-Fetch-*` over plain http to names other than localhost.
LINKED = re.compile(r"/(tapedeck-(site|results|sources)/.+|_aws/execute-api/[^/]+/[^/]+/.+)")


def read_own_origins() -> frozenset[str]:
    """Origins besides the emulator's own, for a page or an S3 address that has another name."""
    names = ("TAPEDECK_PAGE_ORIGIN", "TAPEDECK_PUBLIC_ENDPOINT")
    urls = [urlsplit(os.environ[name]) for name in names if os.environ.get(name)]
    return frozenset(f"{url.scheme}://{url.netloc}" for url in urls)


def is_loopback(name: str | None) -> bool:
    # Browsers and resolvers keep "localhost" and the names below it on this machine (RFC 6761).
    if name == "localhost" or (name or "").endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name or "").is_loopback
    except ValueError:
        return False


def find_refusal(scope: dict, own_origins: frozenset[str]) -> str | None:
    """Returns a sentence that says why a request is refused, or None if it may pass."""
    headers: dict[str, list[str]] = {}
    for name, value in scope["headers"]:
        headers.setdefault(name.decode("latin-1").lower(), []).append(value.decode("latin-1"))

    def only(name: str) -> str | None:
        # A header that comes twice can't be trusted.
        return ", ".join(headers[name]).strip() if name in headers else None

    host = only("host") or ""
    own_hosts = {urlsplit(origin).netloc for origin in own_origins}
    try:
        address = urlsplit(f"//{host}")
        name, port = address.hostname, address.port
    except ValueError:
        name, port = None, None
    if not re.fullmatch(r"[\w.:\[\]-]+", host) or not (is_loopback(name) or host in own_hosts):
        return f"The host {host!r} is not this machine. Use 127.0.0.1 or localhost."

    origin = only("origin")
    if origin is not None:
        suffix = "" if port is None else f":{port}"
        same = {f"http://{own}{suffix}" for own in ("127.0.0.1", "localhost", "[::1]")}
        if origin in own_origins or (is_loopback(name) and origin in same):
            return None
        return (
            f"A page of {origin!r} may not use this emulator. "
            "If it is yours, start with TAPEDECK_PAGE_ORIGIN set to its origin."
        )

    site = only("sec-fetch-site")
    # Browsers older than Sec-Fetch-Site are recognised by the name that all browsers share.
    is_browser = site is not None or (only("user-agent") or "").startswith("Mozilla/")
    if not is_browser or site == "same-origin":
        return None
    query = parse_qsl(scope.get("query_string", b"").decode("latin-1"), keep_blank_values=True)
    is_opened = scope.get("method") in ("GET", "HEAD") and (
        site is None or (only("sec-fetch-mode"), only("sec-fetch-dest")) == ("navigate", "document")
    )
    is_call = any(key.lower() == "action" for key, _ in query)
    # "none" is an address that was typed, or a link in a program that is no browser.
    if is_opened and not is_call and (site == "none" or LINKED.fullmatch(scope["path"])):
        return None
    return "A page from elsewhere may not use this emulator."


def refuse_foreign_pages(app: App) -> App:
    own_origins = read_own_origins()

    async def guarded(scope: dict, receive: Callable, send: Callable) -> None:
        if scope["type"] not in ("http", "websocket"):
            return await app(scope, receive, send)
        refusal = find_refusal(scope, own_origins)
        if refusal is None:
            return await app(scope, receive, send)
        if scope["type"] == "websocket":
            await receive()
            return await send({"type": "websocket.close", "code": 1008})
        headers = [
            (b"content-type", b"text/plain; charset=utf-8"),
            (b"connection", b"close"),
        ]
        await send({"type": "http.response.start", "status": 403, "headers": headers})
        await send({"type": "http.response.body", "body": f"{refusal}\n".encode()})

    return guarded
