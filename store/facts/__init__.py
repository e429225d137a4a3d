"""How each kind of fact changes the tables that screens read: one module a subject, one small function a kind."""
