"""The desk's screens and dialogs, one file each."""
