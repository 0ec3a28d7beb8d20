"""Chaos: real processes of the bot are killed, stopped and disturbed while people ask, and every answer is counted."""
