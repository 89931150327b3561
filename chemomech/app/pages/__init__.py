"""The widgets of the page, one file a page; they show the state of the desk and call it."""
