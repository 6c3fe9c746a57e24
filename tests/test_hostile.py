"""Hostile input is refused where it stands, or comes out as harmless text; nothing is fetched, nothing is damaged."""

from __future__ import annotations

import re
import time
import traceback

import pytest
from click.testing import CliRunner

from briefing.cli import main
from tests import hostile

PATIENCE = 30
"""Seconds that any refusal may take on a busy machine."""


def briefing(*arguments):
    """Run the command line in this process: status and all that it says. Whatever it does not report is raised."""
    started = time.monotonic()
    result = CliRunner().invoke(main, [str(one) for one in arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert "Traceback" not in result.output
    assert time.monotonic() - started < PATIENCE
    return result.exit_code, result.output


def cases(name):
    """The cases of a corpus file as parameters."""
    return [pytest.param(one, id=one["id"]) for one in hostile.corpus(name)]


def said(output):
    """What was said: (place, code) of each error."""
    return re.findall(r"^(\S[^\n]*?:[0-9]+:)(?:[0-9]+:)? error\[([a-z-]+)\]", output, re.MULTILINE)


@pytest.mark.parametrize("case", cases("refused.yaml"))
def test_what_a_file_may_not_hold_is_refused_at_its_line(case, tmp_path):
    """A wrong value, address, id, character, shape or template is refused with its code at its line."""
    part = next(key for key in case if key not in {"id", "codes", "line"})
    place = hostile.write(tmp_path, **{part: case[part]})
    status, output = briefing("build", tmp_path, "--format", "html")
    assert status == 1, output
    if case.get("line") == "any":
        assert {code for _, code in said(output)} == set(case["codes"]), output
    else:
        at = str(place.below(case.get("line", 1 if part == "text" else 0)))
        assert set(said(output)) == {(at, code) for code in case["codes"]}, output
