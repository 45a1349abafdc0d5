"""How to log in at Zoom, from what credentials.json holds (Zoom developer documentation, "Server-to-Server OAuth")."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

OAUTH = "https://zoom.us/oauth/token"
API = "https://api.zoom.us/v2/"


@dataclass(frozen=True)
class ZoomLogin:
    """An app's login. `oauth` is the token URL itself, `api` the base URL with its slash."""

    account_id: str
    client_id: str
    client_secret: str = field(repr=False)
    oauth: str = OAUTH
    api: str = API

    @classmethod
    def read(cls, section: Mapping[str, str], endpoints: Mapping[str, str]) -> ZoomLogin:
        """From the section `zoom` and, where they are given, the endpoints `zoom_oauth` and `zoom_api`."""
        return cls(**section, oauth=endpoints.get("zoom_oauth", OAUTH), api=endpoints.get("zoom_api", API))
