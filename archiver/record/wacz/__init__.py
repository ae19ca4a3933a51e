"""WACZ 1.1.1: one file that holds snapshots whole, for players and for anyone who wants to check them offline.

`package` writes it, `lent` finds what a snapshot lacks when it stands alone, `signature` and `timestamp` say who made it and when it was
there at the latest, `check` reads one back.
"""
