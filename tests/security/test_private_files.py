"""Data and settings are for their owner alone: made so, and refused with the remedy where they are not."""

import os
import re
import shlex
import stat
import subprocess
import tempfile
from contextlib import closing
from pathlib import Path

import pytest

from store import private, settings
from store.database import Store
from store.errors import StoreError
from store.opening import FILE_NAME
from sync.lock import EngineLock
from tests.tui.cli.conftest import Paydesk

LOOSE = [0o644, 0o640, 0o604, 0o660, 0o602]


def mode(path: Path) -> int:
    """Return a file's permission bits."""
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A data file with something in it, closed."""
    path = tmp_path / "data" / FILE_NAME
    with closing(Store(path)) as store:
        store.write(lambda tx: settings.put(tx, "gateway.key", "sk_live_secret"))
    return path


def refusal(path: Path) -> str:
    """Return why a data file is not opened."""
    with pytest.raises(StoreError) as refused:
        Store(path)
    return str(refused.value)


def follow(remedy: str) -> None:
    """Run the command with which a refusal ends, as a person would."""
    command = shlex.split(remedy.rpartition(": ")[2])
    assert command[0] == "chmod"
    subprocess.run(command, check=True)


def test_whatever_the_umask_what_is_made_is_private(tmp_path: Path) -> None:
    """The data file, its log and shared memory, the head, the locks."""
    path = tmp_path / "data" / FILE_NAME
    before = os.umask(0)
    try:
        with closing(Store(path)) as store:
            store.write(lambda tx: settings.put(tx, "clinic.name", "Riverside"))
            lock = EngineLock(path.parent)
            assert lock.try_acquire()
            modes = {file.name: mode(file) for file in path.parent.iterdir()}
            lock.release()
    finally:
        os.umask(before)
    assert {f"{FILE_NAME}{end}" for end in ("", "-wal", "-shm", ".open")} | {"engine.lock"} <= set(modes)
    assert set(modes.values()) == {0o600}, modes
    assert mode(path.parent) == 0o700


@pytest.mark.parametrize("loose", LOOSE)
def test_a_data_file_open_to_others_is_refused_and_untouched(path: Path, loose: int) -> None:
    """Group or others, reading or writing; the command in the refusal puts it right."""
    path.chmod(loose)
    before = path.read_bytes()
    told = refusal(path)
    assert "can be read by other users" in told
    assert (path.read_bytes(), mode(path)) == (before, loose)
    follow(told)
    Store(path).close()


def test_its_log_open_to_others_is_refused_too(path: Path) -> None:
    """The write-ahead log holds the newest clients and keys; one command mends all, also with a blank in a name."""
    moved = path.parent.with_name("our clinic")
    path.parent.rename(moved)
    path = moved / FILE_NAME
    with closing(Store(path)) as another_desk:
        another_desk.write(lambda tx: settings.put(tx, "clinic.name", "Riverside"))
        path.with_name(path.name + ".head").touch()
        for end in ("-wal", ".head"):
            path.with_name(path.name + end).chmod(0o644)
        told = refusal(path)
        assert "-wal" in told
        assert ".head" in told
        follow(told)
        Store(path).close()


def test_a_folder_that_others_can_write_to_is_refused(path: Path) -> None:
    """They could put another file, or other settings, in the place of ours."""
    path.parent.chmod(0o757)
    told = refusal(path)
    assert "Other users of this computer can change" in told
    follow(told)
    assert mode(path.parent) == 0o755
    Store(path).close()


def test_a_folder_like_tmp_will_do(path: Path) -> None:
    """Where each can remove only what is theirs."""
    path.parent.chmod(0o1777)
    Store(path).close()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_root_may_look_after_somebodys_file(path: Path) -> None:
    """Root reads it anyway, and whoever calls root for help needs the answer."""
    os.chown(path, 12_345, 12_345)
    Store(path).close()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_another_users_file_is_refused() -> None:
    """A file that another user has put there is read by that user; the remedy is said."""
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / FILE_NAME
        path.touch(0o600)
        os.chown(path, 12_345, 12_345)
        path.parent.chmod(0o755)
        reading, writing = os.pipe()
        if (child := os.fork()) == 0:
            os.seteuid(23_456)
            try:
                private.refuse_others([path], "The data file")
            except StoreError as refused:
                os.write(writing, str(refused).encode())
            os._exit(0)
        os.close(writing)
        os.waitpid(child, 0)
        told = os.read(reading, 1000).decode()
        os.close(reading)
    assert "belongs to another user, number 12345" in told
    assert "sudo chown 23456" in told


def test_a_disk_that_knows_no_modes_is_opened(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """FAT and some network drives show every file as everybody's: the clinic can work, and the log says so."""
    path.chmod(0o666)
    private.refuse_others([path], "The data file", lambda _: False)
    assert "keeps no file modes" in caplog.text
    assert private.keeps_modes(path.parent)
    assert sorted(file.name for file in path.parent.iterdir() if "mode" in file.name) == []


def test_settings_with_a_secret_open_to_others_are_refused(paydesk: Paydesk, folder: Path) -> None:
    """Without a secret they may be read; the secret is in no refusal."""
    assert paydesk("settings", "get", "clinic.name").code == 0
    written = folder / "settings.toml"
    written.write_text('[clinic]\nname = "Riverside"\n')
    written.chmod(0o644)
    assert paydesk("settings", "get", "clinic.name").out == "Riverside\n"
    written.write_text('[gateway]\nkey = "sk_live_canary"\n')
    ran = paydesk("settings", "get", "clinic.name")
    assert (ran.code, ran.out) == (1, "")
    assert re.search(r"settings file .*settings\.toml can be read by other users", ran.err)
    assert "canary" not in ran.err
    follow(ran.err.strip())
    assert paydesk("settings", "get", "clinic.name").code == 0


def test_settings_that_anybody_can_write_are_refused(paydesk: Paydesk, folder: Path) -> None:
    """They could lead the payments elsewhere, secret or not."""
    assert paydesk("settings", "get", "clinic.name").code == 0
    (folder / "settings.toml").write_text('[clinic]\nname = "Riverside"\n')
    (folder / "settings.toml").chmod(0o646)
    assert paydesk("settings", "get", "clinic.name").code == 1


def test_what_is_written_for_people_is_private(paydesk: Paydesk, invoice: str, tmp_path: Path) -> None:
    """Receipts and reports, wherever they go; a file that is there keeps the mode that somebody gave it."""
    before = os.umask(0o022)
    try:
        for name, command in (("r.pdf", ("receipt", invoice, "--pdf")), ("t.csv", ("report", "takings", "--csv"))):
            assert paydesk(*command, str(tmp_path / name)).code == 0
            assert mode(tmp_path / name) == 0o600
            (tmp_path / name).chmod(0o640)
            assert paydesk(*command, str(tmp_path / name)).code == 0
            assert mode(tmp_path / name) == 0o640
    finally:
        os.umask(before)
