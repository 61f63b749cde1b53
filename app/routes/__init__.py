"""Routes as data: what a user builds, saves and shares, and the models that are made from it."""
