"""How updates come in: each is handled at least once, and has its effect at most once.

Telegram delivers an update until it is confirmed. Here it is confirmed only after it was handled; a claim in the
database keeps one that is delivered again, to this or to another copy of the bot, from having its effect twice.
"""

from bot.intake.chats import LEASE
from bot.intake.handling import CurrentEffects, Intake
from bot.intake.hearing import DeafError, Hearing, back_off
from bot.intake.polling import Polling
from bot.intake.webhook import Webhook

__all__ = ["LEASE", "CurrentEffects", "DeafError", "Hearing", "Intake", "Polling", "Webhook", "back_off"]
