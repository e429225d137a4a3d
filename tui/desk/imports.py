"""The seam: files of other systems."""

from store.authority import require_manager
from store.database import Tx
from store.dropped import Dropped, recently
from store.importing.catalogue import import_catalogue
from store.importing.clients import import_clients
from store.importing.invoices import import_invoices
from store.importing.run import Imported
from tui.desk.calls import Calls


class ImportCalls(Calls):
    """Taking in clients, catalogue and invoices."""

    async def import_file(
        self, what: str, content: bytes, *, as_json: bool = False, skip_bad: bool = False, dry_run: bool = False
    ) -> Imported:
        """Take in a file of clients, catalogue or invoices; with a bad row nothing is kept unless `skip_bad`.

        `dry_run` only looks. Raises BadInput (file) for a file that cannot be read, and NeedsManager.
        """

        def work(tx: Tx) -> Imported:
            require_manager(tx, "import a file")
            if what == "clients":
                return import_clients(tx, content, skip_bad=skip_bad, dry_run=dry_run)
            if what == "catalogue":
                return import_catalogue(tx, content, skip_bad=skip_bad, dry_run=dry_run)
            return import_invoices(
                tx, content, self._settings(tx), as_json=as_json, skip_bad=skip_bad, dry_run=dry_run
            )

        return await self._write(work)

    async def dropped_files(self, limit: int = 50) -> list[Dropped]:
        """Return the files that were taken from the watched folder, newest first."""
        return await self._read(lambda reader: recently(reader, limit=limit))
