"""What stands behind the figures: the register of assumptions."""
