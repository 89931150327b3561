"""What ``tools/docs_site.py`` assembles the site from, one kind of page a file."""
