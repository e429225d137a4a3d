"""`paydesk doctor`: one look at everything that Paydesk stands on, without changing anything."""
