"""The components without a browser: in a page of one's own, and in stock SolaraViz."""

import json
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import solara

from computerace.runs.model.race import Race
from computerace.runs.page import components, parts
from computerace.runs.scenarios import scenario

ipyvuetify: Any = import_module("ipyvuetify")
DOCS = Path(__file__).parents[3] / "docs" / "page.md"


@pytest.fixture
def model() -> Race:
    return Race(scenario("baseline"), worlds=3, seed=1, collect=False)


@pytest.fixture
def drawn() -> Iterator[Any]:
    """Draws an element and gives what finds its widgets."""
    contexts = []

    def draw(element: Any) -> Any:
        _, context = solara.render(element, handle_error=False)
        contexts.append(context)
        return context

    yield draw
    for context in contexts:
        context.close()


@pytest.mark.parametrize("name", ["Shares", "Compute", "Ledger", "Chips", "Energy", "Researchers"])
def test_a_chart_component_is_one_figure_with_a_name(name: str, model: Race, drawn: Any) -> None:
    (figure,) = figures(drawn(getattr(components, name)(model)))
    assert json.loads(figure.option)["series"]
    assert figure.name == name.lower()
    assert figure.label


def test_a_component_follows_the_model(model: Race, drawn: Any) -> None:
    from mesa.visualization.utils import force_update

    context = drawn(components.Compute(model))
    lengths = []
    for _ in range(3):
        option = compute(context)
        lengths.append(max(len(one["data"]) for one in option["series"] if "areaStyle" in one))
        model.step()
        force_update()
    assert lengths == [1, 2, 3]


def test_the_log_names_what_happened_in_the_first_world_latest_first(model: Race, drawn: Any) -> None:
    for _ in range(12):
        model.step()
    table = drawn(components.Events(model)).find(ipyvuetify.VuetifyTemplate).widget
    assert len(table.rows) == len(model.record.log.events)
    assert table.rows[0]["date"] == "Dec 2026"
    assert {row["owner"] for row in table.rows} <= {*model.names, "rest of the market", "market"}


def test_the_log_can_be_held_to_one_kind(model: Race, drawn: Any) -> None:
    for _ in range(12):
        model.step()
    table = drawn(components.Events(model, "funding")).find(ipyvuetify.VuetifyTemplate).widget
    assert {row["kind"] for row in table.rows} == {"funding"}


def example() -> dict[str, Any]:
    """The docs' page of one's own, run."""
    code = re.search(r"```python\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    assert code is not None
    assert len([line for line in code[1].splitlines() if line.strip()]) == 10
    names: dict[str, Any] = {}
    exec(code[1], names)  # noqa: S102  # the docs' own example, as a reader would run it
    return names


def test_the_docs_page_works_in_stock_solaraviz(drawn: Any) -> None:
    context = drawn(solara.AppLayout(children=[example()["Page"]()]))
    buttons = {button.children[0]: button for button in context.find(ipyvuetify.Btn).widgets if button.children}
    assert months(context) == 1
    buttons["Step"].click()
    assert months(context) == 2
    before = medians(context)
    buttons["Reset"].click()
    assert months(context) == 1
    buttons["Step"].click()
    assert medians(context) == before


def months(context: Any) -> int:
    return max(len(one["data"]) for one in compute(context)["series"] if "areaStyle" in one)


def medians(context: Any) -> list[float]:
    return [one["data"][-1][1] for one in compute(context)["series"] if one["type"] == "scatter"]


def compute(context: Any) -> dict[str, Any]:
    return next(json.loads(one.option) for one in figures(context) if one.name == "compute")


def figures(context: Any) -> list[Any]:
    element = parts.EChart(option="{}", name="", label="", height="", script="", cdn=None)
    return list(context.find(element.component.widget).widgets)


def test_what_solaraviz_first_shows_is_what_its_controls_say() -> None:
    names = example()
    sliders = {name: given["value"] for name, given in names["PARAMETERS"].items() if isinstance(given, dict)}
    fresh = Race(**{**{k: v for k, v in names["PARAMETERS"].items() if not isinstance(v, dict)}, **sliders})
    np.testing.assert_array_equal(fresh.state.fleet.owned, names["model"]().state.fleet.owned)
