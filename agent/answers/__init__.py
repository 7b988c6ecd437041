"""What the owner says back, and what the agent learns from it.

    a command, or a tap ─▶ tickets (signed, once) ─▶ desk ─▶ answering ─▶ answers, mutes, snoozes
                                                                │
    a firing ─▶ muting.why_untold: told or not        usefulness.order: first or last in a digest

What a firing is about, by which answers to one speak of others, is `aspects`.
"""
