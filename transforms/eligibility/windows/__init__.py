"""Time windows: quantities of time go in; a window with its direction and anchor comes out."""
