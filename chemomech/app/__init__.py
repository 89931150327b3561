"""``chemomech app``: choose, run, watch, look around in 3D and compare, on a page of the local browser.

What is said and done stands apart from how it is shown: ``workspace`` (what lies in the folder), ``form`` (a
case from the schema), ``runs`` (processes), ``watching`` (how far they are), ``picture`` (geometry and
colours), ``picking``, ``charts``, ``maps`` and ``board`` know nothing of a page. ``stage`` makes a picture a
VTK scene, ``desk`` is the state of the page, ``pages`` its widgets, ``guard`` who may see it, and ``server``
runs it.
"""
