"""An article goes in at the top of this folder's listing, an archive that can be replayed comes out at the bottom."""

__version__ = "0.1.0"  # as pyproject.toml says; asking the installed package for it takes as long as a third of a start
