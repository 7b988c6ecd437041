"""What matters: the rule file, the `when` language, the judgement, the words. Pure: no I/O, no clock."""
