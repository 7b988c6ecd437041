"""The program is killed again and again while messages flow, and then every message is counted."""
