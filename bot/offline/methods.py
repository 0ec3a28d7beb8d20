"""The methods of the Bot API: what each does to the world, and what it answers."""

from collections.abc import Mapping

from bot.offline import admission, answers, ephemeral, lookups, messages, profile
from bot.offline.world import Method

METHODS: Mapping[str, Method] = {
    **profile.METHODS,
    **lookups.METHODS,
    **admission.METHODS,
    **messages.METHODS,
    **answers.METHODS,
    **ephemeral.METHODS,
}
"""Every method that is imitated, but `getUpdates`, which waits: see `bot.offline.updates`."""
