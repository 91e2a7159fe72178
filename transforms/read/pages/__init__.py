"""Parts of the page reader: three layouts and the draft.

A layout is the form that the pages of one site share. The draft collects the values of one Trial while a page is read.
"""
