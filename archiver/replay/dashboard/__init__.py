"""The dashboard: what a person shows to a colleague. Server-rendered, read-only, and whole without JavaScript.

`routes` is its door, `nothing` what stands beside it. Pages: articles, one article with its citations where they stand, one citation, one
record, one URL, figures, legend. Everything that articles and servers said is text here: Jinja escapes it, no template marks a stranger's
string as safe, and the policy on every answer allows no inline script and no inline style, so that a mistake would still run nothing. A
captured page is never part of a page of ours: it stands in a frame of its own host, and the policy of the page that frames it names that
one host.
"""

from archiver.replay.dashboard.routes import nothing, routes

__all__ = ["nothing", "routes"]
