"""Published laws, one source a module, to be combined into materials."""
