"""What really arrives: messages sent to real servers on this machine and read back as a person's own program would."""
