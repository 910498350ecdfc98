"""Posts alerts as Standard Webhooks (https://www.standardwebhooks.com): an id, the time, a signature over both.

The signature is HMAC-SHA256 over ``id.time.body``, base64, as ``v1,…``. Redirects are not followed.
"""

import base64
import binascii
import hashlib
import hmac
import time
from typing import Final

import httpx

from aliqa import __version__
from aliqa.doors.alerts.alert import Alert
from aliqa.doors.alerts.sending import Down, Refused

_TIMEOUT: Final = 15.0
_PREFIX: Final = "whsec_"
_LATER: Final = frozenset({408, 425, 429})


class Webhook:
    """Posts to one address."""

    def __init__(self, url: str, secret: str) -> None:
        """Begin without a connection."""
        self._url = url
        self._key = _key(secret)
        self._client: httpx.Client | None = None

    def send(self, alert: Alert) -> None:
        """Post one alert. Raises Down or Refused."""
        body = f'{{"type":"aliqa.{alert.kind}","timestamp":"{alert.at.isoformat()}","data":{alert.to_json()}}}'
        if self._client is None:
            self._client = httpx.Client(timeout=_TIMEOUT, headers={"User-Agent": f"aliqa/{__version__}"})
        try:
            found = self._client.post(self._url, content=body.encode(), headers=signed(self._key, alert.id, body))
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            raise Down(f"the webhook cannot be reached: {error or type(error).__name__}") from error
        if found.is_success:
            return
        told = f"the webhook answers {found.status_code}"
        raise Refused(told) if found.is_client_error and found.status_code not in _LATER else Down(told)

    def close(self) -> None:
        """Close the connection."""
        if self._client is not None:
            self._client.close()
            self._client = None


def signed(key: bytes, message_id: str, body: str) -> dict[str, str]:
    """The headers of a post: a receiver makes the same signature out of the first two and the body."""
    at = str(int(time.time()))
    signature = hmac.digest(key, f"{message_id}.{at}.{body}".encode(), hashlib.sha256)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": at,
        "webhook-signature": f"v1,{base64.b64encode(signature).decode()}",
        "content-type": "application/json",
    }


def _key(secret: str) -> bytes:
    if secret.startswith(_PREFIX):
        try:
            return base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
        except binascii.Error:
            pass
    return secret.encode()
