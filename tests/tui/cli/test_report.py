"""`paydesk report`."""

import csv
import io
from pathlib import Path

import pytest

from store.reports import KINDS
from tests.tui.cli.conftest import Paydesk


@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_month(paydesk: Paydesk, kind: str) -> None:
    """Every report of a month without anything has no rows and sums of nothing."""
    made = paydesk("report", kind, "--month", "2020-02", "--json").document
    assert (made["report"], made["month"], made["rows"]) == (kind, "2020-02", [])
    assert not any(made["sums"].values())
    lines = paydesk("report", kind, "--month", "2020-02").out.splitlines()
    assert lines[0] == "February 2020"
    assert lines[2].startswith("Total")


def test_this_month_is_the_default(paydesk: Paydesk, invoice: str) -> None:
    """Without --month what is taken now is in the report."""
    paydesk("pay", invoice, "--type", "cash", "--amount", "11.00")
    made = paydesk("report", "takings", "--json").document
    assert made["sums"] == {"cash": 1100, "total": 1100, "credit_used": 0}
    assert made["rows"][0]["day"].startswith(made["month"])


def test_vat_in_per_cent(paydesk: Paydesk, invoice: str) -> None:
    """Rates are the numbers that people say, money is pence."""
    made = paydesk("report", "vat", "--json").document
    assert made["rows"] == [
        {"rate": 20, "invoiced": 12000, "credited": 0, "gross": 12000, "net": 10000, "vat": 2000},
        {"rate": 0, "invoiced": 9100, "credited": 0, "gross": 9100, "net": 9100, "vat": 0},
    ]
    assert "20%     £120.00     £0.00  £120.00  £100.00  £20.00" in paydesk("report", "vat").out.splitlines()


def test_csv_to_the_output(paydesk: Paydesk, invoice: str) -> None:
    """--csv - prints CSV without a byte order mark."""
    out = paydesk("report", "vat", "--csv", "-").out
    assert list(csv.reader(io.StringIO(out))) == [
        ["Rate", "Invoiced", "Credited", "Gross", "Net", "VAT"],
        ["20%", "120.00", "0.00", "120.00", "100.00", "20.00"],
        ["0%", "91.00", "0.00", "91.00", "91.00", "0.00"],
        ["", "211.00", "0.00", "211.00", "191.00", "20.00"],
    ]


def test_csv_to_a_file(paydesk: Paydesk, invoice: str, tmp_path: Path) -> None:
    """A file begins with the mark by which Excel knows UTF-8, and its lines end as RFC 4180 says."""
    target = tmp_path / "vat.csv"
    made = paydesk("report", "vat", "--csv", str(target), "--json").document
    assert made["file"] == str(target)
    assert target.read_bytes().startswith(b"\xef\xbb\xbfRate,Invoiced,")
    assert target.read_bytes().count(b"\r\n") == 4


def test_csv_where_nothing_can_be_written(paydesk: Paydesk, tmp_path: Path) -> None:
    """A place that cannot be written to is said in one line."""
    ran = paydesk("report", "links", "--csv", str(tmp_path / "nowhere" / "x.csv"))
    assert (ran.code, ran.out, ran.err.count("\n")) == (1, "", 1)
    assert "cannot be written" in ran.err


@pytest.mark.parametrize("month", ["2026", "2026-13", "november", ""])
def test_no_month(paydesk: Paydesk, month: str) -> None:
    """What is no month is refused with an example."""
    ran = paydesk("report", "charges", "--month", month, "--json")
    assert (ran.code, ran.out) == (1, "")
    assert "such as 2026-11" in ran.err
