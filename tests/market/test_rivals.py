"""Who counts as a rival: the labs of a scenario by name, the rest of the market with those whom nobody names."""

from computerace.market.rivals import against, in_words, legend, with_both_names, with_names

FOUR = ("xAI", "Google", "Microsoft", "Meta")
NAMED = ("OpenAI", "Anthropic", "Amazon", "Oracle", "CoreWeave", "ByteDance")


def test_the_other_labs_leave_out_the_rest_and_whom_it_holds() -> None:
    found = against("three", "xAI", FOUR)
    assert found["counted"] == ["Google", "Microsoft", "Meta"]
    assert set(found["left_out"]) == {*NAMED, "Rest"} and found["left_out"][-1] == "Rest"


def test_a_lab_that_a_scenario_names_counts_and_is_left_out_no_more() -> None:
    found = against("three", "Meta", (*FOUR, "OpenAI"))
    assert found["counted"] == ["xAI", "Google", "Microsoft", "OpenAI"] and "OpenAI" not in found["left_out"]
    assert against("three", "xAI", (*FOUR, *NAMED))["left_out"] == ["Rest"]


def test_all_others_leave_nobody_out_and_count_the_same_firms_whoever_is_named() -> None:
    plain, named = against("all", "xAI", FOUR), against("all", "xAI", (*FOUR, *NAMED))
    assert plain["left_out"] == named["left_out"] == []
    assert set(plain["counted"]) == set(named["counted"]) == {*FOUR[1:], *NAMED, "Rest"}


def test_a_row_says_its_names_in_words() -> None:
    assert in_words(against("three", "xAI", (*FOUR, *NAMED))).endswith(
        "and ByteDance; left out: the rest of the market"
    )
    assert in_words(against("all", "xAI", FOUR)).startswith("Google, Microsoft, Meta, ")
    assert in_words(against("all", "xAI", FOUR)).endswith("and the rest of the market; nobody is left out")


def test_a_legend_has_one_line_for_each_set_of_rivals_and_scenario() -> None:
    rows = [{"rivals": rivals, "definition": one} for rivals in ("three", "all") for one in ("owned", "used")]
    assert [line.split(":")[0] for line in legend(with_names(rows, "xAI", FOUR))] == ["other labs", "all others"]
    same = with_both_names(rows, "xAI", FOUR, FOUR)
    assert legend(same) == legend(with_names(rows, "xAI", FOUR))
    two = [line.split(":")[0] for line in legend(with_both_names(rows, "xAI", FOUR, (*FOUR, "OpenAI")))]
    assert two == ["other labs (first)", "other labs (second)", "all others (first)", "all others (second)"]
