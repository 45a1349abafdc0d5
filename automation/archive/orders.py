"""What numbers alone mean in a folder or a document: day or month first, as its other names settle it. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from automation.archive.names import ORDERS, Day, Reading

# Nobody can put a recording there before the call; clocks and zones may differ by a day.
_EARLY = timedelta(days=1)
ENOUGH = 3


@dataclass(frozen=True)
class Settled:
    """The order of each sign between numbers, and the one for signs that nothing tells of; empty = not settled."""

    of_sign: Mapping[str, str]
    all: str

    def order(self, sign: str) -> str:
        return self.of_sign.get(sign, self.all)


def possible(day: Day, created: datetime | None, first: date, last: date) -> dict[str, date]:
    """The readings between the first and the last call, and not after the file was put there, if any is."""
    inside = {order: each for order, each in day.options.items() if first <= each <= last}
    before = {order: each for order, each in inside.items() if created is None or each <= created.date() + _EARLY}
    return before or inside


def settle(readings: Iterable[tuple[Reading, datetime | None]], held: Collection[date]) -> Settled:
    """Which order the numbers have. Names of which only one reading is possible tell, those that name the day of a call
    before all others; where no name does, that most others would be days of calls in one order alone, at least three,
    and none in another."""
    first, last = min(held, default=date.max), max(held, default=date.min)
    around = first - timedelta(days=31), last + timedelta(days=31)
    told: dict[str, dict[str, set[str]]] = {"calls": {}, "other": {}}
    hints: dict[str, dict[str, set[date]]] = {}
    open_names: Counter[str] = Counter()
    for reading, created in readings:
        for day in reading.days:
            if not day.sign:
                continue
            left = possible(day, created, *around)
            if len(left) == 1:
                [(order, each)] = left.items()
                told["calls" if each in held else "other"].setdefault(day.sign, set()).add(order)
            hits = {order: each for order, each in left.items() if each in held}
            open_names[day.sign] += len(set(left.values())) > 1
            if len(left) > 1 and len(hits) == 1:
                [(order, each)] = hits.items()
                hints.setdefault(day.sign, {}).setdefault(order, set()).add(each)
    of_sign = {sign: _agreed(sign, told, hints, open_names[sign]) for sign in {*told["calls"], *told["other"], *hints}}
    found = {order for orders in (told["calls"] or told["other"]).values() for order in orders}
    return Settled({sign: order for sign, order in of_sign.items() if order is not None}, _only(found))


def _agreed(
    sign: str, told: Mapping[str, Mapping[str, set[str]]], hints: Mapping[str, Mapping[str, set[date]]], names: int
) -> str | None:
    """The order of one sign; empty where its names disagree, None where they tell nothing."""
    for kind in ("calls", "other"):
        if orders := told[kind].get(sign):
            return _only(orders)
    orders_hinted = hints.get(sign, {})
    if len(orders_hinted) == 1:
        [(order, days)] = orders_hinted.items()
        return order if len(days) >= ENOUGH and len(days) * 4 > names * 3 else None
    return "" if orders_hinted else None


def _only(orders: set[str]) -> str:
    return next(iter(orders)) if len(orders) == 1 and orders <= set(ORDERS) else ""


def meant(day: Day, left: Mapping[str, date], settled: Settled, held: Collection[date]) -> date | None:
    """The day that is meant, None if that is not settled."""
    if len(set(left.values())) == 1:
        return next(iter(left.values()))
    if not day.sign:  # a month's name that is two months in two languages
        hits = {each for each in left.values() if each in held}
        return hits.pop() if len(hits) == 1 else None
    order = settled.order(day.sign)
    if order:
        return left.get(order)
    if day.sign == ".":  # nobody but file names puts the month first with full stops
        hits = {each for each in left.values() if each in held}
        return left.get("dmy") if hits == {left.get("dmy")} else None
    return None
