"""What a count has found so far: how much was lost and doubled, and a sentence for each."""

from dataclasses import dataclass, field


@dataclass
class Findings:
    """A tally that the parts of `truth.py` add to."""

    lost: int = 0
    doubled: int = 0
    repeated: int = 0
    problems: list[str] = field(default_factory=list)

    def loses(self, what: str, times: int = 1) -> None:
        """Something did not get where it was to go."""
        self.lost += times
        self.problems.append(f"lost: {what}")

    def doubles(self, what: str, times: int = 1) -> None:
        """Something was done more often than it was asked for."""
        self.doubled += times
        self.problems.append(f"doubled: {what}")

    def wrong(self, what: str) -> None:
        """Something else that must not be."""
        self.problems.append(what)
