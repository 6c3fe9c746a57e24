"""Charts of shares: percentages as stated, or figures as parts of another that is the whole."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, Decimal, localcontext

from briefing.compose.charts.order import Order, Parts, named, opening
from briefing.compose.charts.rows import chosen_facts
from briefing.diagnostics import shown
from briefing.edition import ChartRow, ChartSetting, Column, Figure, Line, Row, Table, Text
from briefing.facts import Fact
from briefing.value import Value

MOST_SHARES = 6
"""Shares side by side, or parts of one whole."""
PER_CENT = "%"
_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class _Share:
    """A share of the whole in per cent, with its words and its cells in the table of the data."""

    fact: Fact
    value: Value
    text: str
    detail: str
    cells: tuple[Line, ...]


def shares(order: Order) -> Parts | None:
    """A waffle chart; None when its figures make no shares, which is then said."""
    writer, block = order.writer, order.block
    whole = None
    if block.of is not None:
        whole = writer.fact(block.of, order.where / "of")
        if whole is None:
            return None
    facts = chosen_facts(order)
    if not facts:
        return None
    if len(facts) > MOST_SHARES:
        message = f"a waffle chart holds {MOST_SHARES} shares, and here are {len(facts)}"
        writer.report("too-many", message, "select fewer", order.where / "facts")
        return None
    wrong = next((told for fact in facts if (told := _wrong(fact, whole, order))), "") or _untrue_sum(
        facts, whole, order
    )
    if wrong:
        hint = "give figures in %, or name the whole with of:" if whole is None else "a share needs two figures alike"
        writer.report("no-share", wrong, hint, order.where / ("of" if whole is not None else "facts"))
        return None
    made = [_computed(fact, whole, order) if whole is not None else _stated(fact, order) for fact in facts]
    spec = order.spec(
        "",
        rows=tuple(
            ChartRow(
                named(one.fact, block.by, writer), one.value, one.text, one.detail, stale=bool(writer.aged(one.fact))
            )
            for one in made
        ),
        further=(ChartSetting("icons", "true"),) if block.icons else (),
    )
    cited = facts if whole is None else (*facts, whole)
    return Parts(spec, cited, _alternative(spec.rows, order), _table(made, whole, order), _remarks(made, whole, order))


def _wrong(fact: Fact, whole: Fact | None, order: Order) -> str:
    """Why a figure is no share, or nothing."""
    value, unit = fact.value, order.writer.unit(fact)
    assert value is not None  # noqa: S101  # chosen_facts left no other
    if whole is None:
        if unit != PER_CENT:
            return f"{shown(fact.id)} is no percentage: its unit is {shown(unit)}"
        if not all(0 <= number <= _HUNDRED for number in value.numbers):
            return f"{shown(fact.id)} is {value} per cent, which is no part of a whole"
        return ""
    for one in (fact, whole):
        if one.value is None or one.value.kind != "exact":
            return f"{shown(one.id)} is {one.value or 'no figure'}, and a share is computed from exact figures only"
    if unit != order.writer.unit(whole):
        return f"{shown(fact.id)} and {shown(whole.id)} differ in their unit"
    for field in ("as_of", "said_by"):
        if getattr(fact, field) != getattr(whole, field):
            return f"{shown(fact.id)} and {shown(whole.id)} differ in their {field}"
    assert whole.value is not None  # noqa: S101  # looked at above
    if not 0 <= value.numbers[0] <= whole.value.numbers[0] or whole.value.numbers[0] == 0:
        return f"{shown(fact.id)} ({value}) is no part of {shown(whole.id)} ({whole.value})"
    return ""


def _untrue_sum(facts: tuple[Fact, ...], whole: Fact | None, order: Order) -> str:
    """Why the figures are no parts of one whole, where they are drawn as such."""
    if not order.block.stacked:
        return ""
    numbers = []
    for fact in facts:
        if fact.value is None or fact.value.kind != "exact":
            return f"{shown(fact.id)} is {fact.value}, and only exact parts can be put into one whole"
        for field in ("as_of", "said_by", "indicator"):
            if getattr(fact, field) != getattr(facts[0], field):
                return (
                    f"{shown(facts[0].id)} and {shown(fact.id)} differ in their {field}: they are no parts of one whole"
                )
        numbers.append(fact.value.numbers[0])
    limit = whole.value.numbers[0] if whole is not None and whole.value is not None else _HUNDRED
    return f"the parts add up to {sum(numbers):f}, more than the whole of {limit:f}" if sum(numbers) > limit else ""


def _stated(fact: Fact, order: Order) -> _Share:
    assert fact.value is not None  # noqa: S101  # as above
    writer = order.writer
    text = f"{writer.formatter.value(fact.value)}{writer.formatter.beside(PER_CENT)}"
    detail = writer.as_of(fact) if writer.stale_from(fact) else ""
    return _Share(fact, fact.value, text, detail, (writer.figure(fact), writer.when(fact)))


def _computed(fact: Fact, whole: Fact, order: Order) -> _Share:
    """A share of ours, to six decimals in the drawing and in words to as many as tell it from nothing and from all."""
    assert fact.value is not None  # noqa: S101  # as above
    assert whole.value is not None  # noqa: S101  # as above
    writer, formatter = order.writer, order.writer.formatter
    part, total = fact.value.numbers[0], whole.value.numbers[0]
    share, said = _percentage(part, total)
    text = f"{formatter.number(said)}{formatter.beside(PER_CENT)}"
    detail = writer.words["share_of"].format(formatter.value(fact.value), formatter.value(whole.value))
    if writer.stale_from(fact):
        detail = f"{detail}, {writer.as_of(fact)}"
    cells: tuple[Line, ...] = (
        writer.figure(fact),
        writer.figure(whole),
        (Figure(text, fact.id, f"{said:f}", PER_CENT, role="computed"),),
        writer.when(fact),
    )
    return _Share(fact, Value(share, share), text, detail, cells)


def _percentage(part: Decimal, total: Decimal) -> tuple[Decimal, Decimal]:
    """The percentage as drawn and as said: to one decimal, or to the first that is neither nothing nor all."""
    with localcontext(prec=60):
        exact = part * 100 / total
        share = exact.quantize(Decimal("0.000001"), ROUND_HALF_EVEN)
        for places in range(1, 40):
            said = exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_EVEN)
            if part in {0, total} or 0 < said < _HUNDRED:
                break
    whole = said.quantize(Decimal(1), ROUND_DOWN)
    return max(share, min(exact, Decimal("0.000001"))), whole if whole == said == exact else said


def _remarks(made: list[_Share], whole: Fact | None, order: Order) -> tuple[Line, ...]:
    words, kinds = order.writer.words, {one.value.kind for one in made}
    told = {
        "share_icons" if order.block.icons else "share_squares": True,
        "share_computed": whole is not None,
        "share_possible": bool(kinds - {"exact", "about"}),
        "share_about": "about" in kinds,
    }
    return tuple((Text(words[name]),) for name, applies in told.items() if applies)


def _alternative(rows: tuple[ChartRow, ...], order: Order) -> str:
    """Each share in words."""
    pieces = [f"{row.label}: {row.text}{f' ({row.detail})' if row.detail else ''}." for row in rows]
    return " ".join([opening(order), *pieces])


def _table(made: list[_Share], whole: Fact | None, order: Order) -> Table:
    writer, by = order.writer, order.block.by
    words = writer.words
    columns = [Column(by, (Text(words[f"col_{by}"]),)), Column("value", (Text(words["col_value"]),), numeric=True)]
    if whole is not None:
        columns.append(Column("whole", (Text(words["col_whole"]),), numeric=True))
        columns.append(Column("share", (Text(words["col_share"]),), numeric=True))
    columns.append(Column("as_of", (Text(words["col_as_of"]),)))
    rows = tuple(Row(((Text(named(one.fact, by, writer)),), *one.cells), one.fact.id) for one in made)
    return Table((Text(words["chart_table"]),), tuple(columns), rows)
