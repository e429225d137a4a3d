"""What a receptionist sees when no backup can be made."""

from store.models import Service, Status
from tui.widgets.top_bar import waiting


def status(state: str) -> Status:
    """Return a status with the daily backup in a state."""
    service = Service("backup", "offline" if state == "offline" else "online", "", "The stick is out.", None, None)
    return Status(None, 0, 0, 0, (service,))


def test_the_first_line_says_that_there_is_no_backup() -> None:
    """Until there is one again."""
    assert "! no backup" in waiting(status("offline")).plain
    assert "backup" not in waiting(status("online")).plain
    assert "backup" not in waiting(Status(None, 0, 0, 0)).plain
