"""The platforms, one pure file each; `web` takes what no other claims and is always last."""
