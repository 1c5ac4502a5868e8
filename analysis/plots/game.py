"""Pictures of the race as a game."""

from typing import TYPE_CHECKING

import numpy as np

from computerace.analysis.style import LINE_COLOURS, axes_or_new, plot, titled

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from computerace.analysis.game.answer import Equilibria

BILLION = 1e9
MARKS = {"default": "D", "best responses": "^", "pure": "o", "mixed": "s"}
NAMES = {"default": "as the scenario has it", "best responses": "after best responses", "pure": "pure equilibria",
         "mixed": "played by a mixed equilibrium"}  # fmt: skip


@plot
def equilibrium_chances(found: "Equilibria", ax: "Axes | None" = None) -> "Axes":
    """The claim's chance at each profile that is told, against the weight of share; bars are 95 % intervals."""
    ax = axes_or_new(ax)
    weights = list(dict.fromkeys(found.rows["ambition_usd"]))
    for place, (kind, mark) in enumerate(MARKS.items()):
        rows = found.rows[found.rows["kind"] == kind]
        if not len(rows):
            continue
        x = np.array([weights.index(weight) for weight in rows["ambition_usd"]]) + 0.12 * (place - 1.5)
        chance = 100 * rows["chance"].to_numpy()
        below = np.maximum(chance - 100 * rows["low"].to_numpy(), 0.0)
        above = np.maximum(100 * rows["high"].to_numpy() - chance, 0.0)
        ax.errorbar(
            x,
            chance,
            yerr=[below, above],
            fmt=mark,
            capsize=2,
            label=NAMES[kind],
            color=LINE_COLOURS[place],
            markersize=4,
        )
    ax.set_xticks(range(len(weights)), [f"{weight / BILLION:g}" for weight in weights])
    ax.set_xlabel("what a lab would give for a log point of share (billions of US dollars)")
    ax.set_ylabel("chance of the claim (%)")
    ax.legend(frameon=False)
    titled(ax, "The claim where labs play their best responses")
    return ax
