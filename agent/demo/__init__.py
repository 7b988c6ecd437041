"""A little world on this machine for `trusted-agent demo`; the agent beside it is the real one and knows nothing of it.

rules.yaml ─▶ the agent ─▶ polls and messages over HTTP ─▶ world: its `pages`, and a phone
                                                             ▲
                                                    story: what happens there, act by act
stage: all of it together, and what is said about it
"""
