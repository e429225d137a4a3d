"""The command line: one module a command, each with `fill`, which describes its arguments to the parser."""
