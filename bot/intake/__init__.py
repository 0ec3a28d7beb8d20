"""How updates come in: each is handled at least once, and has its effect at most once.

Telegram delivers an update until it is confirmed. Here it is confirmed only after it was handled; a claim in the
database keeps one that is delivered again, to this or to another copy of the bot, from having its effect twice.
"""

from bot.intake.handling import LEASE, CurrentEffects, Intake
from bot.intake.polling import DeafError, Polling, back_off

__all__ = ["LEASE", "CurrentEffects", "DeafError", "Intake", "Polling", "back_off"]
