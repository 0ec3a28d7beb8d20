"""A Bot API server on this machine: the in-memory Telegram behind HTTP, with Telegram's queues and seeded faults.

Real processes are run against it: `TELEGRAM_API_URL` is its `url`, the token its `token`.
"""

from tests.fake_telegram.calls import Call, Moment, Trap
from tests.fake_telegram.faults import Fault, Faults
from tests.fake_telegram.queues import Retries
from tests.fake_telegram.server import TOKEN, FakeTelegram

__all__ = ["TOKEN", "Call", "FakeTelegram", "Fault", "Faults", "Moment", "Retries", "Trap"]
