"""The tree. Input: the lines of an eligibility text. Output: headings, lists, criteria and notes."""
