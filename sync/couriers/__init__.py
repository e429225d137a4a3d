"""What carries messages to people: templates, email, SMS and the clinic's own notifications."""
