"""How right the readers are, measured on folders of saved material with known truth.

    ./run accuracy DIR [--kind K] [--json]

DIR holds a folder for each kind, with its cases in `cases.jsonl`. Every answer comes from the code that the agent runs.
"""
