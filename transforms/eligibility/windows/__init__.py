"""Time windows. Input: quantities of time. Output: windows with direction and anchor."""
