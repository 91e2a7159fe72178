"""Parts of the page reader: three layouts (forms of pages), and the draft of a Trial that a layout's reader fills."""
