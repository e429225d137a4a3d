"""Reaching a host without asking it for anything: its name, a connection, and a trusted encryption."""

import socket
import ssl
import urllib.request

from sync.gateways.addresses import is_loopback

SECONDS = 3.0


class Unreached(Exception):
    """A host could not be reached; the text says at which step."""


def proxied(scheme: str, host: str) -> bool:
    """Tell whether this machine goes to `host` through a proxy, as its settings say."""
    if is_loopback(host):
        return False
    return scheme in urllib.request.getproxies() and not urllib.request.proxy_bypass(host)


def resolve(host: str, port: int) -> None:
    """Ask for the host's address; blocks for as long as the system's resolver likes. Raises Unreached."""
    try:
        socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unreached(
            f"No address is known for {host}: the name server did not answer, or knows no such name"
        ) from error


def connect(host: str, port: int, *, tls: bool, verify: bool = True) -> None:
    """Open a connection and close it again; blocks. Raises Unreached."""
    resolve(host, port)
    context = ssl.create_default_context()
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    try:
        with socket.create_connection((host, port), SECONDS) as line:
            if tls:
                context.wrap_socket(line, server_hostname=host).close()
    except ssl.SSLError as error:
        raise Unreached(f"No trusted connection to {host} could be made") from error
    except OSError as error:
        raise Unreached(f"{host}, port {port}, could not be reached") from error
