"""The versions of the Bot API that a server may speak, and what came with them."""

from collections.abc import Mapping

SINCE: Mapping[str, str] = {
    "sendRichMessage": "10.1",
    "sendRichMessageDraft": "10.1",
    "answerChatJoinRequestQuery": "10.1",
    "sendChatJoinRequestWebApp": "10.1",
    "editEphemeralMessageText": "10.2",
    "editEphemeralMessageCaption": "10.2",
    "editEphemeralMessageMedia": "10.2",
    "editEphemeralMessageReplyMarkup": "10.2",
    "deleteEphemeralMessage": "10.2",
}
"""The methods that older servers answer with "method not found": Bot API, changes of 10.1 to 10.3."""


def is_at_least(version: str, other: str) -> bool:
    """Return whether a version is another or came after it."""
    return _numbers(version) >= _numbers(other)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in version.split("."))
