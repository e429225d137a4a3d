"""What must reach the world: engine, gateways, notifications and the sandbox."""
