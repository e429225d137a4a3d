"""SIGKILL at a random moment: engines, desks and writers on one data file, while clients pay.

Two engines at a time (one works, one waits for the lock; some are desks in a pseudo-terminal, where sales are typed)
and two writers (`paydesk send`, `paydesk pay`). Each is killed after a random while unless it ends before; half of
the writers may end. Every third is the true executable, the others are forks of a server that has loaded it
(`processes.py`). What a writer printed or a desk painted is acknowledged; of what died before nobody knows, but what
it left behind must be as whole. In the end one engine works until quiet, and `truth.py` counts.

All chances come from one seed, which a failed outcome names: `FAULTS_SEED=… make faults ONLY=kills` plays the same
choices again. The moment at which a signal arrives is the machine's own.
"""

import asyncio
import os
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count as counted
from pathlib import Path
from random import Random

from sync.exchange import SLOTS
from tests.faults.forked import command
from tests.faults.outcomes import Outcome, Sizes
from tests.faults.processes import PATIENCE, Executable, Fork, OpenDesk, Running, answer_of, end_of, kill
from tests.faults.scene import DIALECTS, drafts, scene, settle, some_pay
from tests.faults.truth import count
from tests.journeys.clinic import Clinic
from tests.journeys.front_desk import stock

ENGINES, WRITERS = 2, 2
TRUE_EVERY = 3
"""Each such process is the executable itself."""
DESK_EVERY = 6
"""Each such engine is that of a desk."""
SALE = ("jane", "\r", "cons", "\r", "\x1b[19~", "\r", "\r")
"""What is typed at a desk: the client, what was done, F8, and Enter for the link and for sending it as proposed."""
NEXT = "\x1b[18~"
"""F7: the next sale."""


@dataclass
class Living:
    """A process and the moment at which it is to die (seconds of the monotonic clock)."""

    process: Running
    dies_at: float
    true: bool
    answers: str = ""
    """What its answer is to name: `request_id`, `id`, or nothing."""
    desk: OpenDesk | None = None


@dataclass
class Slaughter:
    """One clinic whose processes are killed."""

    clinic: Clinic
    kills: int
    chance: Random
    requests: set[str] = field(default_factory=set)
    payments: set[str] = field(default_factory=set)
    codes: set[str] = field(default_factory=set)
    """Of the requests that a desk has shown to be queued."""
    killed: int = 0
    killed_true: int = 0
    paid: int = 0
    engines: list[Living] = field(default_factory=list)
    writers: list[Living] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def run(self) -> None:
        """Start and kill until there were enough, and a writer has told of a request."""
        engine, writer = counted(1), counted(1)
        stock(self.clinic)
        waiting = drafts(self.clinic, 20)
        last_paid = time.monotonic()
        while self.killed < self.kills or not self.requests:
            while len(self.engines) < ENGINES:
                self.engines.append(self._engine(next(engine)))
            while len(self.writers) < WRITERS:
                if not waiting:
                    waiting = drafts(self.clinic, 20)
                self.writers.append(self._writer(next(writer), waiting.pop()))
            if time.monotonic() - last_paid > 0.25:
                self.paid += some_pay(self.clinic, self.chance)
                last_paid = time.monotonic()
            self._tend(self.engines)
            self._tend(self.writers)
            time.sleep(0.002)
        for living in (*self.engines, *self.writers):
            living.dies_at = 0
        while self.engines or self.writers:
            self._tend(self.engines)
            self._tend(self.writers)

    def acknowledged(self) -> set[str]:
        """Return the ids of the requests that somebody was told of; a code without a request stands for itself."""
        rows = self.clinic.store.read(lambda reader: reader.all("SELECT id, code FROM requests"))
        ids = {row["code"]: row["id"] for row in rows}
        return self.requests | {ids.get(code, code) for code in self.codes}

    def _engine(self, number: int) -> Living:
        folder = str(self.clinic.folder)
        true = number % TRUE_EVERY == 0
        if number % DESK_EVERY == 0:
            desk = OpenDesk(self.clinic.folder, (*SALE, NEXT, *SALE, NEXT, *SALE))
            return Living(desk, self._soon(0.5, 1.5), true=True, desk=desk)
        words = ("--data", folder, "sync", "--json")
        process: Running = Executable(*words) if true else Fork(command, *words)
        return Living(process, self._soon(0.4, 2.0) if true else self._soon(0.0, 0.8), true)

    def _writer(self, number: int, invoice: str) -> Living:
        folder = str(self.clinic.folder)
        chance, true = self.chance, number % TRUE_EVERY == 0
        channels = chance.choice([(), ("--email",), ("--sms",), ("--email", "--sms")])
        words = ("--data", folder, "send", invoice, *channels, "--json")
        if chance.random() < 0.2:
            words = ("--data", folder, "pay", invoice, "--type", "cash", "--amount", "50.00", "--json")
        process: Running = Executable(*words) if true else Fork(command, *words)
        lives = self._soon(0.1, 1.5) if true else self._soon(0.0, 0.3)
        if chance.random() < 0.5:
            lives = time.monotonic() + PATIENCE
        return Living(process, lives, true, "id" if "pay" in words else "request_id")

    def _soon(self, least: float, most: float) -> float:
        return time.monotonic() + self.chance.uniform(least, most)

    def _tend(self, those: list[Living]) -> None:
        """Kill whose time has come, and hear what the dead have said."""
        for living in list(those):
            if living.process.code() is None:
                if living.desk is not None and not living.desk.open and living.dies_at:
                    living.dies_at = self._soon(0.5, 4.0)
                if time.monotonic() < living.dies_at:
                    continue
                kill(living.process)
            code = end_of(living.process)
            self.killed += code < 0
            self.killed_true += code < 0 and living.true
            answer = answer_of(living.process)
            if living.desk is not None:
                self.codes.update(re.findall(r"check code (\w{3}-\w{3})", living.process.printed()))
            elif living.answers and answer:
                (self.requests if living.answers == "request_id" else self.payments).add(answer[living.answers])
            elif code >= 0:
                self.problems.append(f"a process ended by itself ({code}): {living.process.printed()[-300:]}")
            those.remove(living)


def run(sizes: Sizes, folder: Path) -> Iterator[Outcome]:
    """Kill `sizes.kills` processes, half of them on each dialect."""
    seed = int(os.environ.get("FAULTS_SEED", time.time_ns() % 1_000_000))
    for dialect in DIALECTS:
        began = time.monotonic()
        with scene(folder / dialect, dialect) as clinic:
            slaughter = Slaughter(clinic, sizes.kills // len(DIALECTS), Random(f"{seed} {dialect}"))
            slaughter.run()
            asyncio.run(settle(clinic))
            requests = slaughter.acknowledged()
            found = count(
                clinic.folder,
                clinic.sandbox,
                requests,
                payments=slaughter.payments,
                unanswered=slaughter.killed * SLOTS,
            )
        yield Outcome(
            f"SIGKILL at a random moment ({dialect}; {slaughter.killed_true} of `paydesk` itself)",
            slaughter.killed,
            len(requests) + len(slaughter.payments) + slaughter.paid,
            found.lost,
            found.doubled,
            found.asked,
            time.monotonic() - began,
            tuple(f"{problem} (FAULTS_SEED={seed})" for problem in (*slaughter.problems, *found.problems)),
        )
