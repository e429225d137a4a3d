"""What people see: Textual screens, widgets and the command line."""
