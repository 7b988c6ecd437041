"""Shared reading of what sources answer: HTML, markup, money. Pure text work, no I/O."""
