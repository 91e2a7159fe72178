"""Parts of the page reader: the three layouts, and the draft of a Trial that each of them fills."""
