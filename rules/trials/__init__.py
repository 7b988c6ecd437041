"""Rule tests: what a rule shall tell of a series of polls, written beside the rule and run without a network.

    tests: / *.test.yaml ──▶ written (nodes) ──▶ read (cases, or every fault) ──▶ live ──▶ compare ──▶ show
                                                                                   └ rules.replay, the real judge

Pure: what a saved answer says and what its file holds comes in through `rules.trials.case.World`.
"""
