"""Unattended runs: what is due is made, published and told, by one run at a time."""

from briefing.running.log import Log
from briefing.running.schedulers import FORMS, schedule
from briefing.running.unattended import Ran, run, stoppable

__all__ = ["FORMS", "Log", "Ran", "run", "schedule", "stoppable"]
