"""Sensitivity on a terminal: what accounts for the outcome at the end, how that came about, and what luck does."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rich.console import Group, RenderableType
from rich.text import Text

from computerace.analysis.manifest_form import Manifest
from computerace.market.rivals import against
from computerace.market.vocabulary import RIVAL_WORDS
from computerace.runs.terminal.race import month_name, rivals_lines, show, titled_table

if TYPE_CHECKING:
    import pandas as pd

    from computerace.analysis.sensitivity.indices import Sensitivity

MOST_ROWS = 12
WIDTH = 88  # characters, where the output is no terminal
LEAST_WIDTH = 32  # of the column of names, so that titles stay on one line
MOST_PAIRS = 5
OVER_TIME = 5
METHODS = {
    "sobol": "Sobol' indices",
    "morris": "Morris's elementary effects",
    "given data": "what each parameter accounts for alone",
}


def show_sensitivity(found: "Sensitivity", manifests: Sequence[Manifest], definition: str, rivals: str) -> None:
    """Print what a sensitivity analysis found in the folders of these manifests."""
    manifest = manifests[0]
    name, start, worlds = manifest["scenario"]["name"], manifest["start"], sum(one["worlds"] for one in manifests)
    designs = f" in {len(manifests)} designs" if len(manifests) > 1 else ""
    parts: list[RenderableType] = [
        Text(f"{name}: what decides {definition} compute against {RIVAL_WORDS[rivals]}", style="bold"),
        Text(f"{METHODS[found.method]}, {worlds:,} worlds{designs}"),
    ]
    for outcome in found.indices["outcome"].drop_duplicates():
        rows = found.indices[found.indices["outcome"] == outcome]
        parts += [Text(""), *_outcome(found.method, outcome, manifest["scenario"]["claimant"], rows, start)]
        luck = _luck(found.spread[found.spread["outcome"] == outcome], _others_drawn(manifest))
        parts += [luck] if luck else []
    names = against(rivals, manifest["scenario"]["claimant"], manifest["scenario"]["labs"])
    parts += rivals_lines([{"rivals": rivals, **names}])
    parts += [Text("")] if found.notes else []
    parts += [Text(f"! {note}", style="yellow") for note in found.notes]
    show(Group(*parts), WIDTH)


def _outcome(method: str, outcome: str, claimant: str, rows: "pd.DataFrame", start: str) -> list[RenderableType]:
    from computerace.analysis.outcomes import outcome_words

    month = int(rows["month"].max())
    title = f"{outcome_words(outcome, claimant)}, {month_name(start, month)} (95 % interval)"
    last = rows[rows["month"] == month]
    if method == "morris":
        return [_effects(last, title)]
    if method == "given data":
        return [_alone(last, title), *_over_time(rows, "first", start)]
    return [_sobol(last, title), *_pairs(last), *_over_time(rows, "total", start)]


def _sobol(last: "pd.DataFrame", title: str) -> RenderableType:
    table = titled_table(title, 1)
    table.add_column("parameter", no_wrap=True, min_width=LEAST_WIDTH)
    table.add_column("alone (first order)", justify="right", no_wrap=True)
    table.add_column("with all others (total)", justify="right", no_wrap=True)
    alone = last[last["order"] == "first"].set_index("parameter")
    total = last[last["order"] == "total"].sort_values("value", ascending=False).set_index("parameter")
    for name in total.index[:MOST_ROWS]:
        table.add_row(str(name), interval(alone.loc[name]), interval(total.loc[name]))
    return table


def _pairs(last: "pd.DataFrame") -> list[RenderableType]:
    """The pairs whose joint part is told from zero, the largest first."""
    pairs = last[(last["order"] == "second") & (last["low"] > 0)].sort_values("value", ascending=False)
    if pairs.empty:
        return [Text("no pair of parameters works together beyond doubt", style="dim")] * bool(
            (last["order"] == "second").any()
        )
    table = titled_table("Pairs that work together (second order)", 1)
    table.add_column("parameters", no_wrap=True)
    table.add_column("part", justify="right", no_wrap=True)
    for row in pairs.head(MOST_PAIRS).to_dict("records"):
        table.add_row(f"{row['parameter']} × {row['other']}", interval(row))
    return [table]


def _alone(last: "pd.DataFrame", title: str) -> RenderableType:
    table = titled_table(title, 1)
    table.add_column("parameter", no_wrap=True, min_width=LEAST_WIDTH)
    table.add_column("alone (first order)", justify="right", no_wrap=True)
    for row in last.sort_values("value", ascending=False).head(MOST_ROWS).to_dict("records"):
        table.add_row(row["parameter"], interval(row), style="dim" if row["value"] <= row["chance"] else None)
    rest = int((last["value"] > last["chance"]).sum()) - MOST_ROWS
    more = f"; {rest} more stand out" if rest > 0 else ""
    return Group(table, Text(f"up to {last['chance'].iloc[0]:.3f} may be chance{more}", style="dim"))


def _effects(last: "pd.DataFrame", title: str) -> RenderableType:
    table = titled_table(f"{title}: change over the range", 1)
    table.add_column("parameter", no_wrap=True, min_width=LEAST_WIDTH)
    for heading in ("mean size (mu*)", "mean", "spread", "luck alone"):
        table.add_column(heading, justify="right", no_wrap=True)
    shown = last[last["value"] > 0].sort_values("value", ascending=False).head(MOST_ROWS)
    for row in shown.to_dict("records"):
        drowned = row["value"] < 2 * row["luck"]
        numbers = [f"{row[key]:.3f}" for key in ("mean", "spread", "luck")]
        table.add_row(row["parameter"], interval(row, 3), *numbers, style="dim" if drowned else None)
    return table


def _over_time(rows: "pd.DataFrame", order: str, start: str) -> list[RenderableType]:
    """The largest parameters' indices month by month, where there is more than one month."""
    chosen = rows[rows["order"] == order]
    months = sorted(int(month) for month in chosen["month"].unique())
    if len(months) < 2:
        return []
    last = chosen[chosen["month"] == months[-1]].sort_values("value", ascending=False)["parameter"].head(OVER_TIME)
    table = titled_table(f"Over time ({'total' if order == 'total' else 'alone'})", 1)
    table.add_column("parameter", no_wrap=True, min_width=LEAST_WIDTH)
    for month in months:
        table.add_column(month_name(start, month), justify="right", no_wrap=True)
    value = chosen.set_index(["parameter", "month"])["value"]
    for name in last:
        table.add_row(name, *(f"{round(float(value[name, month]), 2) + 0.0:.2f}" for month in months))
    return [Text(""), table]


def _others_drawn(manifest: Manifest) -> bool:
    """Whether parameters that the design does not vary differ between worlds."""
    with_prior = {name for name, one in manifest["parameters"].items() if one["prior"] is not None}
    return not manifest["fixed"] and not with_prior <= set(manifest.get("varied") or ())


def _luck(spread: "pd.DataFrame", others_drawn: bool) -> Text | None:
    """How much of one world's outcome is luck, at the last month."""
    last = spread[spread["month"] == spread["month"].max()].set_index("part")["share"]
    if last.empty:
        return None
    rest = "luck and parameters that were not varied" if others_drawn else "luck"
    both = f", {last['interaction']:.0%} both together" if last["interaction"] > 0 else ""
    varied = f"{last['parameters']:.0%} what was varied, {last['luck']:.0%} {rest}"
    return Text(f"of what differs between single worlds: {varied}{both}", style="dim")


def interval(row: Any, places: int = 2) -> str:
    """A number with its interval, without a minus before zeros."""
    value, low, high = (f"{round(float(row[key]), places) + 0.0:.{places}f}" for key in ("value", "low", "high"))
    return f"{value} ({low} to {high})"
