"""A result as one page to hand on: its fields in 3D, with everything that the page needs inside it."""

from chemomech.experiments.report.sharing.page import PAGE_LIMIT, share_page

__all__ = ["PAGE_LIMIT", "share_page"]
