"""A small web on loopback, part of the project: the demonstration archives it offline, and the tests talk to it."""
