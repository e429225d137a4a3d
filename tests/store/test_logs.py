"""The log: what a record becomes, the file that many write to, and that no call can put a client into it."""

import ast
import fcntl
import json
import logging
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from store.errors import BadInput
from store.log_file import SharedLogFile
from store.log_lines import FIELDS, JsonLines, masked
from store.logs import log_path, logged, set_level
from store.sqlite import sqlite3

HOUSE = Path(__file__).parents[2]
log = logging.getLogger("sync.test")


def told(folder: Path) -> list[dict[str, Any]]:
    """Return the newest file's lines."""
    return [json.loads(line) for line in log_path(folder).read_text().splitlines()]


def lines_of(path: Path) -> Iterator[str]:
    """Yield the lines of a log and of the older files beside it."""
    for each in path.parent.glob(f"{path.name}*"):
        yield from each.read_text().splitlines()


def record(message: str, *args: object, **extra: object) -> logging.LogRecord:
    """Return a record as a logger makes it."""
    return log.makeRecord("sync.test", logging.INFO, "x.py", 1, message, args, None, extra=extra)


def test_a_fact_is_one_line_of_json(tmp_path: Path) -> None:
    """Time in UTC, level, logger, process, event and the fields that were given."""
    with logged(tmp_path, "desk"):
        log.info("entry settled", extra={"entry": "01M81ZT5NJ8SKEPWYAVNNV5TFM", "attempt": 0, "outcome": "done"})
    (line,) = told(tmp_path)
    assert line.pop("at").endswith("Z")
    assert line.pop("pid") > 0
    assert line == {
        "level": "info",
        "logger": "sync.test",
        "role": "desk",
        "event": "entry settled",
        "entry": "01M81ZT5NJ8SKEPWYAVNNV5TFM",
        "attempt": 0,
        "outcome": "done",
    }


def test_folder_and_file_are_their_owners_alone(tmp_path: Path) -> None:
    """Nobody else can read what was done here."""
    with logged(tmp_path, "desk"):
        log.info("began")
    assert log_path(tmp_path).stat().st_mode & 0o777 == 0o600
    assert log_path(tmp_path).parent.stat().st_mode & 0o777 == 0o700


def test_only_known_fields_and_numbers_are_written() -> None:
    """What somebody adds without thinking of clients is left out; numbers are put into the event."""
    line = JsonLines("desk").format(record("sent to %s", "Jane Canary", client="Jane Canary", entry="01M8"))
    assert "Canary" not in line
    assert json.loads(line)["entry"] == "01M8"
    assert json.loads(JsonLines("desk").format(record("%d MB", 64)))["event"] == "64 MB"


def test_an_error_is_its_class_its_code_and_its_place(tmp_path: Path) -> None:
    """Its text may hold what somebody typed, and so may the text of what caused it."""
    with logged(tmp_path, "desk"):
        try:
            try:
                sqlite3.connect(":memory:").execute("SELECT canary_jane")
            except sqlite3.OperationalError as error:
                raise BadInput("name", "“Jane Canary” will not do") from error
        except BadInput:
            log.exception("could not prepare an entry")
    assert "anary" not in log_path(tmp_path).read_text()
    (line,) = told(tmp_path)
    assert line["error"] == "store.errors.BadInput"
    assert line["causes"] == [f"{sqlite3.OperationalError.__module__}.OperationalError (SQLITE_ERROR)"]
    assert line["trace"][-1].startswith("tests/store/test_logs.py:")


@pytest.mark.parametrize(
    "text",
    [
        "550 no such user jane.canary@example.com here",
        "“canary@münchen.example” is refused",
        "call 07700 900123 now",
        "to +447700900123.",
        "(020) 7946 0958",
        "mailto://canary:hunter2@smtp.example.com?to=x",
        "GET https://api.example.com/sms?key=hunter2 failed",
        "Bearer sk_live_hunter2",
        "sk_test_hunter2hunter2",
        "pin: 4711",
        "password = hunter2",
    ],
)
def test_what_looks_personal_or_secret_is_masked(text: str) -> None:
    """The last resort for words of libraries."""
    clean = masked(text)
    assert "****" in clean
    for secret in ("canary", "hunter2", "900123", "0958", "4711"):
        assert secret not in clean


@pytest.mark.parametrize(
    "text",
    [
        "01M81ZT5NJ8SKEPWYAVNNV5TFM",
        "plink_1Ab2Cd3Ef4",
        "0f8fad5b-d9cb-469f-a165-70867728950e",
        "2026-11-22T14:02:31.123Z",
        "the engine is ours",
    ],
)
def test_ids_and_times_stay(text: str) -> None:
    """What one follows an entry by is not masked."""
    assert masked(text) == text


def test_libraries_are_heard_from_warning_on(tmp_path: Path) -> None:
    """One line of each, masked; what they say of every request is left out."""
    with logged(tmp_path, "desk"):
        logging.getLogger("httpx").info("HTTP Request: GET https://example.com/?canary")
        logging.getLogger("asyncio").warning("Task was destroyed\nfuture: <Task Canary>")
    (line,) = told(tmp_path)
    assert line["event"] == "Task was destroyed"


def test_what_ends_a_thread_is_logged(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """By class and place, and not printed over the screen; a hook that somebody else has set is called too."""
    heard: list[object] = []

    def fails() -> None:
        raise KeyError("Jane Canary")

    def run() -> None:
        thread = threading.Thread(target=fails)
        thread.start()
        thread.join()

    theirs = threading.excepthook
    try:
        threading.excepthook = threading.__excepthook__
        with logged(tmp_path, "desk"):
            run()
        threading.excepthook = heard.append
        with logged(tmp_path, "desk"):
            run()
        assert threading.excepthook == heard.append
    finally:
        threading.excepthook = theirs
    assert [(line["event"], line["error"]) for line in told(tmp_path)] == [
        ("a thread ended by an unforeseen error", "KeyError")
    ] * 2
    assert "Canary" not in log_path(tmp_path).read_text() + capsys.readouterr().err
    assert len(heard) == 1


def test_the_level_can_be_changed_and_is_put_back(tmp_path: Path) -> None:
    """More or less of Paydesk's own is written meanwhile."""
    before = logging.getLogger("sync").level
    with logged(tmp_path, "desk"):
        log.debug("turn taken")
        set_level("debug")
        log.debug("ended")
        set_level("error")
        log.warning("service changed")
    assert [line["event"] for line in told(tmp_path)] == ["ended"]
    assert logging.getLogger("sync").level == before


def test_no_data_folder_is_made_for_a_log(tmp_path: Path) -> None:
    """A command that fails on a folder that is not there leaves none behind; and a log never raises."""
    with logged(tmp_path / "missing", "desk"):
        log.error("the data file could not be used")
    assert list(tmp_path.iterdir()) == []


def test_full_files_are_turned_over_and_the_oldest_goes(tmp_path: Path) -> None:
    """So much is kept and no more, the newest in the file without a number."""
    path = tmp_path / "x.log"
    file = SharedLogFile(path, size=400, count=2)
    file.setFormatter(JsonLines("desk"))
    for number in range(40):
        file.emit(record("began", attempt=number))
    file.close()
    assert sorted(each.name for each in tmp_path.iterdir()) == ["x.log", "x.log.1", "x.log.2"]
    assert all(each.stat().st_size <= 400 and each.stat().st_mode & 0o777 == 0o600 for each in tmp_path.iterdir())
    assert json.loads(path.read_text().splitlines()[-1])["attempt"] == 39


def test_nobody_waits_for_a_process_that_stands_still(tmp_path: Path) -> None:
    """While somebody is stopped in the middle of turning the file over, the others write on."""
    path = tmp_path / "x.log"
    file = SharedLogFile(path, size=200, count=2)
    file.setFormatter(JsonLines("desk"))
    file.emit(record("began"))
    with path.open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        for _ in range(5):
            file.emit(record("began"))
    file.emit(record("ended"))
    file.close()
    assert len(list(lines_of(path))) == 7
    assert path.read_text().count("\n") == 1


def test_a_torn_line_spoils_no_other(tmp_path: Path) -> None:
    """After a power cut in the middle of a line the next one stands on its own."""
    path = tmp_path / "x.log"
    path.write_text('{"torn')
    os.utime(path, (0, 0))
    file = SharedLogFile(path)
    file.setFormatter(JsonLines("desk"))
    file.emit(record("began"))
    file.close()
    assert json.loads(path.read_text().splitlines()[1])["event"] == "began"


WRITER = """
import logging, sys
from pathlib import Path
from store.log_file import SharedLogFile
from store.log_lines import JsonLines
file = SharedLogFile(Path(sys.argv[1]), size=20_000, count=60)
file.setFormatter(JsonLines(sys.argv[2]))
log = logging.getLogger("sync.test")
log.propagate, log.level = False, logging.INFO
log.addHandler(file)
sys.stdin.readline()
for number in range(400):
    log.info("entry settled", extra={"attempt": number, "entry": "01M81ZT5NJ8SKEPWYAVNNV5TFM"})
"""


def test_eight_processes_lose_and_tear_nothing(tmp_path: Path) -> None:
    """All lines of all of them are there, whole, while the file is turned over many times."""
    path = tmp_path / "x.log"
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, path, str(number)], stdin=subprocess.PIPE, cwd=HOUSE)
        for number in range(8)
    ]
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.write(b"\n")
        writer.stdin.close()
    assert [writer.wait() for writer in writers] == [0] * 8
    found = [json.loads(line) for line in lines_of(path)]
    assert len(list(tmp_path.iterdir())) > 5
    assert {(line["role"], line["attempt"]) for line in found} == {(str(w), n) for w in range(8) for n in range(400)}
    assert len(found) == 8 * 400


def calls() -> Iterator[tuple[str, ast.Call]]:
    """Yield every call of a logger in Paydesk, with where it is."""
    for folder in ("store", "sync", "tui"):
        for file in (HOUSE / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text())):
                if (
                    isinstance(node, ast.Call)
                    and isinstance(node.func, ast.Attribute)
                    and isinstance(node.func.value, ast.Name)
                    and node.func.value.id == "log"
                    and node.func.attr in {"debug", "info", "warning", "error", "exception", "critical", "log"}
                ):
                    yield f"{file.relative_to(HOUSE)}:{node.lineno}", node


def test_every_call_says_a_constant_and_known_fields() -> None:
    """No text is put together for the log, and nothing is added to it that it does not write."""
    found = list(calls())
    assert len(found) > 10
    for where, call in found:
        message = call.args[1 if isinstance(call.func, ast.Attribute) and call.func.attr == "log" else 0]
        assert isinstance(message, ast.Constant), where
        assert not {"%s", "%r"} & set(re.findall(r"%[^%]", str(message.value))), where
        for keyword in call.keywords:
            assert keyword.arg in {"extra", "exc_info"}, where
            if isinstance(keyword.value, ast.Dict):
                keys = {key.value for key in keyword.value.keys if isinstance(key, ast.Constant)}
                assert keys <= FIELDS, where
