"""F9: the words that clients read."""

import asyncio
from typing import Any

import pytest
from textual.containers import Vertical
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Static

from store.setting_list import SETTINGS
from store.sms import measure
from tests.tui.adminning import SMALL, WIDE, at, said, wrong
from tests.tui.conditions import until
from tests.tui.selling import drawn
from tui.app import PaydeskApp
from tui.screens.admin_message_editor import MessageEditor, Words, measured
from tui.screens.admin_messages import MESSAGES, MessagesSection
from tui.screens.admin_section import Section
from tui.screens.ask import Confirm
from tui.widgets.sheet import Pane

EMAIL, SMS = "message.email.payment_request.body", "message.sms.payment_request"


async def open_words(pilot: Pilot[Any], section: Section, name: str) -> MessageEditor:
    """Open the words of a message, by the list."""
    assert isinstance(section, MessagesSection)
    await pilot.press("home", *["down"] * list(MESSAGES).index(name), "enter")
    await until(pilot, lambda: section.editor is not None and section.editor.query_one(Words).has_focus)
    editor = section.editor
    assert editor is not None
    await until(pilot, lambda: preview(editor))
    return editor


def preview(editor: MessageEditor) -> str:
    """Return what a client would read, on one line."""
    return " ".join(editor.query_one("#words-preview", Pane).sheet.text.split())


def unbroken(editor: MessageEditor) -> str:
    """Return what a client would read, wherever its lines are broken: that changes with the room there is."""
    return preview(editor).replace(" ", "")


def write(editor: MessageEditor, text: str) -> None:
    """Put other words in."""
    editor.query_one(Words).text = text


@pytest.mark.parametrize("size", [SMALL, WIDE])
async def test_an_email_is_previewed_while_it_is_written(app: PaydeskApp, size: tuple[int, int]) -> None:
    """With example values; what may stand in braces is in sight; the whole width is used."""
    async with at(app, "messages", size) as (pilot, section):
        editor = await open_words(pilot, section, "payment_request-email")
        assert "Payment request from Riverside Clinic Hello Jane Smith, Riverside Clinic asks for £211.00" in preview(
            editor
        )
        assert "{clinic} {client} {amount} {invoice} {url} {code} {support}" in drawn(app)
        await pilot.press(*"Dear friend. ")
        await until(pilot, lambda: "Dear friend. Hello Jane Smith" in preview(editor))
        await pilot.press("ctrl+s")
        await until(pilot, lambda: said(section) == "Payment link by email: saved.")
        assert (await app.desk.settings())[EMAIL].startswith("Dear friend. Hello {client}")
        await until(pilot, lambda: "● the clinic's own" in drawn(app))


async def test_an_sms_says_its_parts_and_what_makes_it_longer(app: PaydeskApp) -> None:
    """As one types."""
    async with at(app, "messages") as (pilot, section):
        editor = await open_words(pilot, section, "payment_request-sms")
        assert "/160 · 1 part" in preview(editor)
        write(editor, "{clinic} 😀: pay {amount} at {url} code {code}")
        await until(pilot, lambda: "parts" in preview(editor) and "shorter: 😀" in preview(editor))
        write(editor, "{clinic} [pay] {amount} at {url} code {code}")
        await until(pilot, lambda: "These count twice: [ ]" in preview(editor))
        await pilot.press("enter")
        assert "\n" not in editor.query_one(Words).text


def test_what_an_sms_takes_to_carry() -> None:
    """In sentences."""
    assert measured(measure("a" * 161))[0] == ("161/306 · 2 parts", "$text-warning")
    assert [text for text, _ in measured(measure("costs 5€"))] == ["9/160 · 1 part", "These count twice: €"]


@pytest.mark.parametrize(
    ("name", "words", "why"),
    [
        ("payment_request-email", "Pay {amount} soon", "The text must hold {url} and {code}"),
        ("payment_request-email", "{url} {code} {secret}", "There is no {secret} to put in"),
        ("payment_request-sms", "", "This cannot be empty"),
        ("receipt-email", "x" * 4001, "Type at most 4000"),
    ],
)
async def test_words_that_will_not_do(app: PaydeskApp, name: str, words: str, why: str) -> None:
    """Said in place while one types; not saved; what is typed stays."""
    async with at(app, "messages") as (pilot, section):
        editor = await open_words(pilot, section, name)
        before = unbroken(editor)
        write(editor, words)
        await until(pilot, lambda: why in wrong(section))
        assert unbroken(editor) == before
        await pilot.press("ctrl+s")
        await until(pilot, lambda: why in wrong(section) and not editor._saving)
        assert editor.query_one(Words).text == words
        chosen = await app.desk.settings()
        assert all(chosen[key] == SETTINGS[key].default for key in MESSAGES[name].keys)


async def test_a_subject_that_will_not_do(app: PaydeskApp) -> None:
    """The error says that it is the subject's, and the focus is there after an attempt to save."""
    async with at(app, "messages") as (pilot, section):
        editor = await open_words(pilot, section, "reminder-email")
        await pilot.press("shift+tab", "end", *" {oops}", "ctrl+s")
        await until(pilot, lambda: "Subject: There is no {oops}" in wrong(section) and not editor._saving)
        assert editor.query_one("#subject").has_focus


async def test_the_usual_words_come_back_once_saved(app: PaydeskApp) -> None:
    """^R writes them, and nothing is changed before ^S."""
    await app.desk.set(SMS, "{clinic} wants {amount}: {url} {code}")
    async with at(app, "messages") as (pilot, section):
        editor = await open_words(pilot, section, "payment_request-sms")
        await pilot.press("ctrl+r")
        await until(pilot, lambda: "Pay safely at" in preview(editor))
        assert (await app.desk.settings())[SMS].startswith("{clinic} wants")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "saved" in said(section))
        assert (await app.desk.settings())[SMS] == SETTINGS[SMS].default


async def test_nothing_is_lost_without_a_question(app: PaydeskApp) -> None:
    """Esc asks where something is typed, and only there."""
    async with at(app, "messages") as (pilot, section):
        assert isinstance(section, MessagesSection)
        await open_words(pilot, section, "receipt-email")
        await pilot.press("escape")
        await until(pilot, lambda: section.editor is None)
        editor = await open_words(pilot, section, "receipt-email")
        await pilot.press(*"Hi! ")
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, Confirm))
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is section.screen)
        assert editor.query_one(Words).text.startswith("Hi! ")
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, Confirm))
        await pilot.press("enter")
        await until(pilot, lambda: section.editor is None)


class Lingering(Static):
    """Something that takes its time to go."""

    def __init__(self) -> None:
        super().__init__()
        self.may_go = asyncio.Event()

    async def _message_loop_exit(self) -> None:
        await self.may_go.wait()
        await super()._message_loop_exit()


async def test_the_words_are_drawn_while_they_are_closed(app: PaydeskApp) -> None:
    """What is gone already is asked for until the rest is gone too: the desk stays open."""
    words, lingering = Words("Dear friend", lines=True), Lingering()
    async with app.run_test() as pilot:
        await app.push_screen(Screen())
        await app.screen.mount(both := Vertical(words, lingering))
        await pilot.pause()
        removal = both.remove()
        try:
            assert words._task is not None
            await words._task
            assert words in app.screen._compositor.full_map
            words.refresh()
            app.screen.refresh()
            app.screen._compositor_refresh()
        finally:
            lingering.may_go.set()
        await removal
    assert app.return_code in {0, None}
