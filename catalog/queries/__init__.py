"""Every read that more than one door needs: typed answers, a fixed number of statements each.

Functions take ``session`` first and a calendar day where the answer depends on one. What is known of a
unit or an inventory item on a day is its latest revision that had begun by then.
"""
