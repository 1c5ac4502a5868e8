"""Answers that list what there is: scenarios, designs, parameters."""

from typing import TypedDict

from computerace.analysis.manifest_form import ParameterForm


class ScenarioRow(TypedDict):
    """A scenario and what it asks."""

    name: str
    question: str


class ScenariosAnswer(TypedDict):
    """`scenarios --json`."""

    scenarios: list[ScenarioRow]


class DesignRow(ScenarioRow):
    """A worked design; points: over all its scenarios."""

    points: int
    worlds_per_point: int


class DesignsAnswer(TypedDict):
    """`designs --json`."""

    designs: list[DesignRow]


class ParametersAnswer(TypedDict):
    """`parameters --json`."""

    parameters: list[ParameterForm]
