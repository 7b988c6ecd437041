"""Behind the one door to the network: addresses, the guard, turns, the wire. `watchers.fetch` is the door itself."""
