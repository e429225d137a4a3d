"""A data folder, the command on it, and a running sandbox, for the tests of what stands against each threat."""

from tests.tui.cli.conftest import _own_environment, client, folder, invoice, paydesk, sandbox
from tests.tui.conftest import app, desk, store

__all__ = ["_own_environment", "app", "client", "desk", "folder", "invoice", "paydesk", "sandbox", "store"]
