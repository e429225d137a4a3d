"""One POST to a web service of the clinic's own choice, by an Apprise URL `json://` or `jsons://`.

Address, headers, sign-in and fields come from Apprise, which reads every form of such a URL. The request is made
here, because Apprise believes every 2xx, also a guest network's sign-in page, and keeps `Retry-After` to itself.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx

from sync.couriers.outcome import Service, by_status
from sync.errors import Misconfigured, OutcomeUnknown, Unreachable, WorldError
from sync.gateways.addresses import is_loopback

_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
_OUR_SETTING = (httpx.UnsupportedProtocol, httpx.InvalidURL, httpx.LocalProtocolError, UnicodeError, ValueError)
_LARGEST_ANSWER = 64 * 1024
_PAGE_BEGINS = (b"<!doctype html", b"<html")


@dataclass(slots=True)
class Webhook:
    """Sends in the place of a `json://` plugin's own `send`, and remembers what went wrong in `error`."""

    plugin: Any
    service: Service
    error: WorldError | None = field(default=None, init=False)

    def send(self, body: str, title: str = "", attach: Sequence[Any] | None = None, **told: Any) -> bool:
        """Post one message, and say whether it was taken; called by Apprise."""
        fields = self._fields(body, title, attach or (), str(told["notify_type"].value))
        try:
            status, headers, answer = self._posted(json.dumps(fields))
        except _NOT_SENT as error:
            self.error = Unreachable(f"{self.service.name} could not be reached.", detail=type(error).__name__)
        except _OUR_SETTING as error:
            wrong = f"{self.service.setting} holds an address that cannot be. Correct {self.service.setting}."
            self.error = Misconfigured(wrong, detail=type(error).__name__)
        except (httpx.HTTPError, httpx.StreamError, OSError) as error:
            self.error = OutcomeUnknown(f"{self.service.name} did not confirm the message.", detail=repr(error))
        else:
            self.error = self._judged(status, headers, answer)
        return self.error is None

    def _judged(self, status: int, headers: httpx.Headers, answer: bytes) -> WorldError | None:
        """Say what an answer means: a web page is none of the service's, whatever its status."""
        if not 200 <= status < 300:
            return by_status(status, self.service, retry_after=headers.get("retry-after", ""))
        kind = headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind in {"text/html", "application/xhtml+xml"} or answer.lstrip()[:20].lower().startswith(_PAGE_BEGINS):
            return OutcomeUnknown(
                f"A web page answered in place of {self.service.name} (a network that wants a sign-in does so).",
                detail=f"{self.service.name}: HTTP {status} {kind}",
            )
        return None

    def _posted(self, body: str) -> tuple[int, httpx.Headers, bytes]:
        plugin = self.plugin
        scheme, port = ("https" if plugin.secure else "http"), f":{plugin.port}" if plugin.port else ""
        connect, read = plugin.request_timeout
        with (
            httpx.Client(
                verify=plugin.secure and plugin.verify_certificate,
                timeout=httpx.Timeout(read, connect=connect),
                trust_env=not is_loopback(plugin.host),
            ) as client,
            client.stream(
                plugin.method,
                f"{scheme}://{plugin.host}{port}{plugin.fullpath}",
                params=plugin.params,
                headers={"User-Agent": plugin.app_id, "Content-Type": "application/json", **plugin.headers},
                auth=(plugin.user, plugin.password or "") if plugin.user else None,
                content=body.encode(),
                follow_redirects=False,
            ) as answer,
        ):
            received = bytearray()
            for chunk in answer.iter_bytes():
                received += chunk
                if len(received) > _LARGEST_ANSWER:
                    break
            return answer.status_code, answer.headers, bytes(received)

    def _fields(self, body: str, title: str, attach: Sequence[Any], kind: str) -> dict[str, Any]:
        """Return what Apprise's JSON has, with the URL's own fields: added, renamed, or left out."""
        fields: dict[str, Any] = {
            "version": self.plugin.json_version,
            "title": title,
            "message": body,
            "attachments": [
                {"filename": file.name, "base64": file.base64(), "mimetype": file.mimetype} for file in attach
            ],
            "type": kind,
        }
        for name, value in self.plugin.payload_extras.items():
            if name not in fields:
                fields[name] = value
            elif value:
                fields[value] = fields.pop(name)
            else:
                del fields[name]
        return fields


def webhook(plugin: Any, service: Service) -> Webhook | None:
    """Return what sends for a `json://` or `jsons://` plugin from now on, None for every other service."""
    from apprise.plugins.custom_json import NotifyJSON

    if type(plugin) is not NotifyJSON:
        return None
    own = Webhook(plugin, service)
    vars(plugin)["send"] = own.send
    return own
