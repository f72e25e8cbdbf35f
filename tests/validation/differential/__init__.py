"""Tables and schemas made together, judged by us and by frictionless."""
