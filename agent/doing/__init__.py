"""Doing what a rule's owner allowed, in their name: once, or not at all, and never in silence about which.

    a firing ─▶ plan ─▶ asked ──yes──▶ due ─▶ running ─▶ done | failed | unclear        one row, `agent.tables.DeedRow`
                  │       └─no, or too late─▶ refused | lapsed
                  └─▶ over, where its limit is reached

`planning` decides in the transaction of the judgement, `answering` takes the owner's yes and no, and `doer` acts:
it records that it will, acts (`running`, `calling` or `publishing`), and records what came of it. What may have
happened is never done a second time.
"""
