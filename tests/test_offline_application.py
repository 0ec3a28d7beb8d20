"""A small bot over the Telegram in memory, directly and by polling."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from telegram import Update
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    InlineQueryHandler,
    MessageHandler,
    TypeHandler,
    filters,
)

from bot.app import App
from bot.offline import Chat, JsonObject, OfflineTelegram, UnsupportedCallError
from tests.bot_api import MORE, article, read
from tests.conversation import ANA

Ask = Callable[..., Awaitable[None]]


async def start(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
    if update.effective_message:
        await update.effective_message.reply_html("<b>Hola</b>", reply_markup=MORE, do_quote=True)


async def more(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
    if update.callback_query:
        await update.callback_query.answer()
        await update.callback_query.edit_message_text("More")


async def inline(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
    if update.inline_query:
        await update.inline_query.answer([article()], is_personal=True)


async def guest(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
    if update.effective_message:
        await update.effective_message.answer_guest_query(article())


async def dice(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
    if update.effective_message:
        await update.effective_message.reply_dice()


def build(telegram: OfflineTelegram) -> App:
    """Make a small bot."""
    app = Application.builder().token("1:offline").request(telegram).get_updates_request(telegram).build()
    app.add_handler(CommandHandler("start", start, filters.UpdateType.MESSAGE))
    app.add_handler(CommandHandler("dice", dice))
    app.add_handler(CallbackQueryHandler(more))
    app.add_handler(InlineQueryHandler(inline))
    app.add_handler(MessageHandler(filters.UpdateType.GUEST_MESSAGE, guest))
    return app


async def handle(telegram: OfflineTelegram, *updates: JsonObject | None) -> None:
    """Let the bot answer these updates."""
    async with build(telegram) as app:
        for update in updates:
            await app.process_update(read(app.bot, update))


async def poll(telegram: OfflineTelegram, *updates: JsonObject | None) -> None:
    """Let the bot fetch these updates itself and answer them."""
    app, answered = build(telegram), asyncio.Semaphore(0)

    async def note(_: Update, __: ContextTypes.DEFAULT_TYPE) -> None:
        answered.release()

    app.add_handler(TypeHandler(Update, note), group=1)
    async with app:
        assert app.updater is not None
        await app.start()
        await app.updater.start_polling(poll_interval=0, allowed_updates=Update.ALL_TYPES)
        for update in updates:
            telegram.deliver(update)
        for _ in updates:
            await asyncio.wait_for(answered.acquire(), 5)
        await app.updater.stop()
        await app.stop()


BOTH_WAYS = pytest.mark.parametrize("ask", [pytest.param(handle, id="directly"), pytest.param(poll, id="by polling")])


@BOTH_WAYS
async def test_an_application_answers_in_private(telegram: OfflineTelegram, chat: Chat, ask: Ask) -> None:
    await ask(telegram, telegram.says(ANA, chat, "/start"))
    asked, answered = telegram.sent
    assert (answered.plain, answered.text, answered.reply_to) == ("Hola", "<b>Hola</b>", asked)


@BOTH_WAYS
async def test_an_application_answers_in_a_topic(telegram: OfflineTelegram, ask: Ask) -> None:
    forum = telegram.group("Foro", forum=True)
    topic = telegram.topic(forum, "Privacidad")
    await ask(telegram, telegram.says(ANA, forum, "/start@offline_bot", thread=topic))
    assert [sent.thread_id for sent in telegram.from_bot] == [topic]


async def test_an_application_answers_in_general_and_in_a_chain(telegram: OfflineTelegram) -> None:
    forum, group = telegram.group("Foro", forum=True), telegram.group("Vecinas")
    telegram.says(ANA, group, "hi")
    chained = telegram.says(ANA, group, "/start@offline_bot", reply_to=telegram.sent[-1])
    await handle(telegram, telegram.says(ANA, forum, "/start@offline_bot"), chained)
    assert [sent.thread_id for sent in telegram.from_bot] == [None, None]


async def test_an_application_answers_presses_and_queries(telegram: OfflineTelegram, chat: Chat) -> None:
    await handle(telegram, telegram.says(ANA, chat, "/start"))
    pressed = telegram.presses(ANA, telegram.from_bot[-1], "More")
    asked = telegram.asks_as_guest(ANA, "Elsewhere", "hi")
    await handle(telegram, pressed, telegram.asks_inline(ANA, "x"), asked)
    assert [sent.plain for sent in telegram.from_bot] == ["More", "x"]
    assert len(telegram.answers) == 3


async def test_a_loud_failure_is_not_swallowed_by_the_application(telegram: OfflineTelegram, chat: Chat) -> None:
    with pytest.raises(UnsupportedCallError):
        await handle(telegram, telegram.says(ANA, chat, "/dice"))
