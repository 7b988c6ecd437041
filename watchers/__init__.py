"""What can be watched: one file per kind, and the one door to the network. Watchers look, they never decide."""
