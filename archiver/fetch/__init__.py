"""Get a target and keep what was said on the wire. The only package that touches the network."""
