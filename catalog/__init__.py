"""The nouns and their rules: units, inventory, plan, negative list, datasets, releases, events."""
