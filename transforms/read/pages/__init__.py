"""Parts of reading saved pages: the three layouts, and the draft of a Trial that each of them fills."""
