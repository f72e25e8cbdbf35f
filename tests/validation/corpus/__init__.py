"""Tables written to be judged twice: by us and by frictionless."""
