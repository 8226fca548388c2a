"""What an editor asks about a plan while it is typed, and the protocol in which it asks.

Each answer is a function over texts and places of its own module: nothing in them knows the
protocol, which `protocol` alone speaks.
"""
