"""Video tier: the films of posts and players, found by yt-dlp, fetched by us.

`handler` is the way by which every request of yt-dlp goes over our transport; `film` finds and fetches one film; `joining` makes one file
of its parts. yt-dlp is an optional extra: only `film.found` says whether it is there, and nobody imports `handler` without it.
"""
