"""The local stack: `trialwire up` and `trialwire demo`."""
