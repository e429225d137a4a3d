"""A gateway to try things with: two payment dialects, a pay page, a mailbox and faults, on this machine alone."""
