"""Scenario discovery with the EMA workbench: uncertainties, a policy lever, replications by seed.

A toy, so that it takes seconds: a tiny economy, two years, a few scenarios.
"""

import sys

from ema_workbench import (
    ArrayOutcome,
    BooleanParameter,
    RealParameter,
    ReplicatorModel,
    perform_experiments,
)

import xinzhi

YEARS = 2
MODEL = xinzhi.Model(
    "quick",
    parameters={"production_planning.firing_speed": (0.1, 0.5), "ai.enabled": (0, 1)},
    outputs={
        "unemployment_rate": "unemployment_rate",
        "last_wage_share": lambda result: result.series["wage_share"].to_list()[-1],
    },
    years=YEARS,
    set={"population.persons_per_worker": 1_450_000},
)


def main(scenarios: int = 3) -> tuple:
    """The table of experiments, and outcomes by name: scenario times policy, replication, and quarter if it is a series."""
    # Names in the workbench are Python's, with two underscores for the dot of a key.
    model = ReplicatorModel("xinzhi", function=MODEL)
    model.uncertainties = [RealParameter("production_planning__firing_speed", 0.1, 0.5)]
    model.levers = [BooleanParameter("ai__enabled")]
    model.outcomes = [ArrayOutcome("unemployment_rate"), ArrayOutcome("last_wage_share")]
    model.replications = [{"seed": 1}, {"seed": 2}]
    return perform_experiments(model, scenarios, policies=2)


if __name__ == "__main__":
    experiments, outcomes = main(*map(int, sys.argv[1:]))
    print(experiments)
    print({name: values.shape for name, values in outcomes.items()})
