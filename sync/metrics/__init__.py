"""Figures about a data folder and its engine for Prometheus, nothing about a client; loaded when asked for."""
