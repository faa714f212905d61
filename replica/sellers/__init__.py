"""A practice world of sellers on six markets, as accounts with known truth: what linkage is measured on."""
