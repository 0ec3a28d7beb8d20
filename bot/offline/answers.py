"""Methods that answer a query: a press, an inline query or a guest's question."""

from collections.abc import Mapping

from bot.offline.fields import JSON, Fields
from bot.offline.refusals import require
from bot.offline.rules import check_results_button, read_article, read_articles
from bot.offline.text import units
from bot.offline.world import Method, World


def _answer_callback_query(world: World, call: Fields) -> JSON:
    world.answers.append(call.values)
    require(units(call.text("text")) <= 200, "MESSAGE_TOO_LONG")
    world.queries.close("callback", call.text("callback_query_id"))
    return True


def _answer_inline_query(world: World, call: Fields) -> JSON:
    world.answers.append(call.values)
    read_articles(call.items("results"))
    check_results_button(call.inner("button"))
    world.queries.close("inline", call.text("inline_query_id"))
    return True


def _answer_guest_query(world: World, call: Fields) -> JSON:
    world.answers.append(call.values)
    article = read_article(call.inner("result") or Fields({}))
    query = call.text("guest_query_id")
    world.queries.close("guest", query)
    asked = world.guests.pop(query)
    sent = world.add_article(asked.chat, world.bot, article, {"guest_bot_caller_user": asked.sender.as_json()})
    return {"inline_message_id": sent.inline_message_id}


METHODS: Mapping[str, Method] = {
    "answerCallbackQuery": _answer_callback_query,
    "answerInlineQuery": _answer_inline_query,
    "answerGuestQuery": _answer_guest_query,
}
"""The methods, by name."""
