"""The form for a client's card, new or known, and how it is saved: kept as typed until it will do."""

from store.contact import shown_mobile
from store.errors import EditConflict, Refused
from store.models import Client
from tui.desk import Desk
from tui.widgets.form import Asked, Form


class ClientForm(Form):
    """Name, email and mobile of a new client, or of one as it was when the form opened."""

    def __init__(self, client: Client | None, typed: str = "") -> None:
        email = typed if "@" in typed else ""
        mobile = typed if not email and sum(letter.isdigit() for letter in typed) >= 4 else ""
        name = "" if email or mobile else typed
        if client is not None:
            name, email, mobile = client.name, client.email, shown_mobile(client.mobile)
        super().__init__(
            "New client" if client is None else "Edit the card",
            (
                Asked("name", "Name", name, "as the client writes it"),
                Asked("email", "Email", email, "jane@example.com, or leave empty"),
                Asked("mobile", "Mobile", mobile, "07700 900123, or leave empty"),
            ),
            id="client-form",
        )
        self._client = client

    async def save(self, desk: Desk, values: dict[str, str]) -> Client:
        """Save what is typed. Raises BadInput, or Refused with what somebody else has saved or done meanwhile.

        What was saved is replaced by what is typed when it is saved again; a card that was merged or erased is gone.
        """
        if self._client is None:
            return await desk.add_client(**values)
        try:
            return await desk.update_client(
                self._client.id,
                name=values["name"],
                email=values["email"],
                mobile=values["mobile"],
                version=self._client.version,
            )
        except EditConflict as error:
            theirs = await desk.client(self._client.id)
            if theirs.id == self._client.id:
                self._client = theirs
            raise Refused(
                f"Somebody else has saved this card in the meantime: {_said(theirs)}. ^S puts yours in its place, "
                "Esc keeps theirs."
            ) from error


class NoteForm(Form):
    """One note."""

    def __init__(self) -> None:
        super().__init__(
            "New note", (Asked("text", "Note", "", "what to remember about this client"),), id="note-form"
        )


def _said(client: Client) -> str:
    return " · ".join(part for part in (client.name, client.email, shown_mobile(client.mobile)) if part)
