"""OpenPGP in running text: where its armour is, what the armour holds, and keys that are named by digits."""
