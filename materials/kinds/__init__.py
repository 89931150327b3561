"""The records that make up a half cell: one kind of material a module."""
