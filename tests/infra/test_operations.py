"""docs/operations.md is followed by `make verify-operations`; here: that what follows it would notice what is wrong."""

import subprocess

import pytest

from infra.proof.operations import (
    ELSEWHERE,
    NOT_THERE,
    PAGE,
    Command,
    Ended,
    commands,
    faults,
    listed,
    parsed,
    script,
)

TEXT = PAGE.read_text("utf-8")
EVERY = commands(TEXT)
SMALL = """Some words.

```sh
export WHO=lan
# a remark
echo "$WHO"
# → l…n
false \\
  || false
export EMPTY=$(true)
```
"""


def ran(page: str) -> tuple[list[Command], dict[int, Ended]]:
    every = commands(page)
    done = subprocess.run(
        ["bash", "-c", script(every, "")], capture_output=True, text=True, check=False
    )
    return every, parsed(done.stdout)


def as_it_should_be() -> dict[int, Ended]:
    """Everything answers what the page says; exceptions fail."""
    return {
        n: Ended(
            1 if listed(c, NOT_THERE) else 0, "\n".join(a.replace("…", "x") for a in c.answers)
        )
        for n, c in enumerate(EVERY)
    }


def test_commands_are_taken_out_of_the_blocks_and_run_in_one_shell() -> None:
    every, ended = ran(SMALL)
    assert [c.answers for c in every] == [(), ("l…n",), (), ()]
    assert ended[1] == Ended(0, "lan")
    assert [ended[n].status for n in range(4)] == [0, 0, 1, 1]  # nothing came for EMPTY


def test_an_answer_that_differs_and_a_command_that_fails_are_told() -> None:
    every, ended = ran(SMALL.replace("l…n", "mai"))
    told = [fault.split(":")[0] for fault in faults(SMALL, every, ended)[:3]]
    assert told[0].startswith("answered 'lan', not 'mai'")
    assert told[1:] == ["ended with 1", "ended with 1"]


def test_the_page_as_it_is_has_no_fault_if_all_goes_well() -> None:
    assert faults(TEXT, EVERY, as_it_should_be()) == []


@pytest.mark.parametrize("start", NOT_THERE)
def test_an_exception_that_is_none_any_more_or_names_nothing_is_a_fault(start: str) -> None:
    number = next(n for n, c in enumerate(EVERY) if c.text.startswith(start))
    works = {**as_it_should_be(), number: Ended(0, "")}
    assert [f.split(":")[0] for f in faults(TEXT, EVERY, works)] == ["is no exception any more"]
    without = [c for c in EVERY if not c.text.startswith(start)]
    well = {n: Ended(0, "\n".join(c.answers).replace("…", "x")) for n, c in enumerate(without)}
    assert f"an exception for a command that isn't there: {start}" in faults(TEXT, without, well)


def test_a_command_outside_the_blocks_is_a_fault() -> None:
    page = TEXT + "\nThen `aws s3 rb s3://CODE`.\n"
    assert faults(page, EVERY, as_it_should_be()) == ["outside a block: `aws s3 rb s3://CODE`"]


def test_what_is_run_elsewhere_is_in_the_page() -> None:
    assert all(any(c.text.startswith(start) for c in EVERY) for start in ELSEWHERE)
