"""An article goes in at the top of this folder's listing, an archive that can be replayed comes out at the bottom."""

from importlib.metadata import version

__version__ = version("archiver")
