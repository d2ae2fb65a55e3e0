"""The configuration of nginx before the servers of a class: written here for `graphtrace serve` and for ``deploy/``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from string import Template

PAGES = "Learn|For_teachers|Lab|Programs|Your_file|Errors|Sights|Training_step|Open_a_file|Tables|Server|Runs|Your_code"

# What the pages need, and no other host: Streamlit's page has inline scripts and styles, its parts are blobs.
_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self' blob: data:",
        "worker-src 'self' blob:",
        "media-src 'self' data: blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'self'",
    )
)

_TEXT = Template(r"""# Written by graphtrace (serve/nginx.py). One cookie leads a visitor to the same server again.
$head
events { worker_connections $connections; }

http {
  $types
  access_log off;            # nothing about persons is kept
  server_tokens off;
  client_max_body_size 6m;   # the app takes 5 MB
  large_client_header_buffers 4 32k;  # a link holds a whole lab
  gzip on;
  gzip_types text/css text/javascript application/javascript application/json image/svg+xml;
  $temporary

  map $$http_upgrade $$connection_upgrade { default upgrade; "" ""; }
  # A page sets the cookie; what a page asks for brings it along.
  map $$cookie_graphtrace $$visitor { "~^[0-9a-f]{32}$$" $$cookie_graphtrace; default $$request_id; }
  map $$cookie_graphtrace $$new_cookie {
    "~^[0-9a-f]{32}$$" "";
    default "graphtrace=$$request_id; Path=/; HttpOnly; SameSite=Lax";
  }
  # A page of another site may not talk to the app in a visitor's name.
  map "$$http_origin|$$http_host" $$foreign { "~^\|" 0; "~^https?://([^|]+)\|\1$$" 0; default 1; }

  limit_req_zone $$visitor zone=uploads_of_visitor:2m rate=20r/m;
  limit_req_zone $$binary_remote_addr zone=uploads_of_address:2m rate=5r/s;  # a whole class may have one address
  limit_req_status 429;

  upstream graphtrace {
    hash $$visitor consistent;
$servers
  }

  server {
    listen $listen;
    $password
    if ($$foreign) { return 403; }

    add_header X-Content-Type-Options nosniff always;
    add_header Referrer-Policy same-origin always;
    add_header Content-Security-Policy "$policy" always;

    proxy_pass_request_headers on;
    proxy_hide_header Content-Security-Policy;
    proxy_hide_header X-Content-Type-Options;
    proxy_hide_header Referrer-Policy;
    proxy_http_version 1.1;
    proxy_set_header Host $$http_host;
    proxy_set_header X-Forwarded-For $$proxy_add_x_forwarded_for;
    proxy_set_header X-Forwarded-Proto $$scheme;
    proxy_set_header Upgrade $$http_upgrade;
    proxy_set_header Connection $$connection_upgrade;
    proxy_connect_timeout 2s;
    proxy_read_timeout 1h;
    proxy_send_timeout 1h;

    location ~ ^/(?:$pages)?/?$$ {
      add_header Set-Cookie $$new_cookie;
      add_header X-Content-Type-Options nosniff always;
      add_header Referrer-Policy same-origin always;
      add_header Content-Security-Policy "$policy" always;
      proxy_pass http://graphtrace;
    }
    location = /_stcore/metrics { return 403; }
    location /_stcore/upload_file {
      limit_req zone=uploads_of_visitor burst=10 nodelay;
      limit_req zone=uploads_of_address burst=60 nodelay;
      proxy_pass http://graphtrace;
    }
    location = /_stcore/health { auth_basic off; proxy_pass http://graphtrace; }
    location = /_stcore/stream { proxy_buffering off; proxy_pass http://graphtrace; }
    location / { proxy_pass http://graphtrace; }
  }
}
""")


@dataclass(frozen=True, slots=True)
class Proxy:
    """What nginx shares, and how.

    Attributes:
        servers: Where the servers listen: ``127.0.0.1:8601``.
        listen: Where visitors come in: a port, or an address with one.
        folder: Of its process file and its temporary files; None for those of the system's nginx.
        passwords: A file of names and passwords as `htpasswd` writes it; None for an open door.
        connections: At once.
    """

    servers: tuple[str, ...]
    listen: str
    folder: Path | None = None
    passwords: Path | None = None
    connections: int = 4096


def configuration(proxy: Proxy) -> str:
    """Return the text of nginx.conf."""
    folder = proxy.folder
    head = ["worker_processes auto;", "worker_rlimit_nofile 16384;"]
    temporary = ""
    if folder:
        head += [f"pid {folder}/nginx.pid;", "daemon off;", f"error_log {folder}/nginx.log warn;"]
        kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        temporary = "\n  ".join(f"{kind}_temp_path {folder}/{kind};" for kind in kinds)
    password = f'auth_basic "graphtrace"; auth_basic_user_file {proxy.passwords};' if proxy.passwords else ""
    filled = _TEXT.substitute(
        head="\n".join(head),
        connections=proxy.connections,
        types="default_type application/octet-stream;",
        temporary=temporary,
        servers="\n".join(f"    server {server} max_fails=1 fail_timeout=3s;" for server in proxy.servers),
        listen=proxy.listen,
        password=password,
        policy=_POLICY,
        pages=PAGES,
    )
    return "\n".join(line.rstrip() for line in filled.splitlines()) + "\n"
