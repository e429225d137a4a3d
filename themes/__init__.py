"""Colour themes (TOML) and layout (tcss), shipped as data files."""
