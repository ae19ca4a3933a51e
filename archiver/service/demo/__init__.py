"""A small web on loopback, part of the project: the demonstration archives it offline, and the tests talk to it."""

from archiver.service.demo.scenes import SCENES, Scene
from archiver.service.demo.web import ARTICLE, SmallWeb, small_web

__all__ = ["ARTICLE", "SCENES", "Scene", "SmallWeb", "small_web"]
