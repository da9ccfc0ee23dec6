"""Makes the demo's company: the same for the same day, loaded through the importing room.

`sellers`, `customers` and `plans` say who is there; `terms`, `products`, `billing` and `settling`
give the rows that a billing system would send; `access` and `visits` are what staff and customers
did meanwhile; `loading` tells it all in the order in which it happened.
"""
